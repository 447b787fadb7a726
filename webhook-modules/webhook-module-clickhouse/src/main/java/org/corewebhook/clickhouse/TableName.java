package org.corewebhook.clickhouse;

import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * A table as the configuration names it: {@code table} or {@code database.table}.
 *
 * @param database null for that of the connection
 */
record TableName(@Nullable String database, String table) {

    static final String DEFAULT = "webhook_logs";

    static TableName read(Settings settings) {
        String text = settings.string("table", DEFAULT);
        int dot = text.indexOf('.');
        String database = dot < 0 ? null : text.substring(0, dot);
        String table = text.substring(dot + 1);
        if (!Identifiers.isValid(table) || (database != null && !Identifiers.isValid(database))) {
            settings.problem("table", "Must be the name of a table, or database.table, of letters, digits, _ and -");
            return new TableName(null, DEFAULT);
        }
        return new TableName(database, table);
    }

    /** Returns the name with its database, which is that of the connection unless the name says otherwise. */
    TableName in(String databaseOfTheConnection) {
        return database == null ? new TableName(databaseOfTheConnection, table) : this;
    }

    /** Returns the name as it stands in SQL. */
    String sql() {
        String quoted = Identifiers.quoted(table);
        return database == null ? quoted : Identifiers.quoted(database) + "." + quoted;
    }

    @Override
    public String toString() {
        return database == null ? table : database + "." + table;
    }
}
