package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Locale;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStoreProvider;
import org.corewebhook.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens {@code jdbc:postgresql://HOST/DATABASE?user=…&password=…}: a store that several instances of a receiver share.
 * The tables are made in a schema of their own, {@code corewebhook} unless {@code currentSchema=…} names another.
 *
 * <p>{@code lease=15s} is how long an instance may be silent until the others take its work over. Other parameters are
 * the driver's, see <a href="https://jdbc.postgresql.org/documentation/use/">its documentation</a>.
 */
public final class PostgresStoreProvider implements EventStoreProvider {

    private static final Logger log = LoggerFactory.getLogger(PostgresStoreProvider.class);

    /** Made by {@link java.util.ServiceLoader}. */
    public PostgresStoreProvider() {}

    @Override
    public boolean accepts(String location) {
        return location.toLowerCase(Locale.ROOT).startsWith(PostgresLocation.PREFIX);
    }

    @Override
    public EventStore open(String location, Clock clock) throws StoreException {
        PostgresLocation parsed = PostgresLocation.parse(location);
        Instance instance = new Instance(parsed.lease());
        PostgresDatabase database = new PostgresDatabase(parsed, instance);
        try {
            Connection connection = database.connect();
            try {
                database.migrate(connection);
                Lease lease = Lease.begin(database, instance);
                log.info(
                        "Events are kept in {}, this is instance {} with a lease of {} ms",
                        database.location(),
                        instance.number(),
                        parsed.lease().toMillis());
                return new JdbcStore(
                        database,
                        connection,
                        null,
                        new SharedDatabase(database, instance, lease, clock).start(),
                        clock);
            } catch (SQLException | StoreException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw database.explained(e);
        }
    }
}
