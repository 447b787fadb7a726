package org.corewebhook.clickhouse;

import java.util.regex.Pattern;
import org.corewebhook.configuration.Settings;

/** Names of databases and tables: checked when they are read, quoted wherever they are used. */
final class Identifiers {

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,126}");

    private Identifiers() {}

    static String read(Settings settings, String key, String defaultValue) {
        String name = settings.string(key, defaultValue);
        if (isValid(name)) {
            return name;
        }
        settings.problem(key, "Must start with a letter or _, go on with letters, digits, _ and -, up to 127 in all");
        return defaultValue;
    }

    static boolean isValid(String name) {
        return IDENTIFIER.matcher(name).matches();
    }

    static String quoted(String name) {
        return '`' + name + '`';
    }
}
