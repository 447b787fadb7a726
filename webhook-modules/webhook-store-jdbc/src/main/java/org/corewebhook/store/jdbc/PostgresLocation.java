package org.corewebhook.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.Duration;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corewebhook.store.StoreException;

/** Where the database is, how to get in, and how long its leases are; shows itself without credentials. */
final class PostgresLocation {

    static final String PREFIX = "jdbc:postgresql:";

    private static final String SCHEMA = "currentSchema";
    private static final Pattern SIMPLE_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");
    private static final Duration MIN_LEASE = Duration.ofMillis(500);

    private final String url;
    private final Properties properties;
    private final Duration lease;

    private PostgresLocation(String url, Properties properties, Duration lease) {
        this.url = url;
        this.properties = properties;
        this.lease = lease;
    }

    static PostgresLocation parse(String location) throws StoreException {
        int question = location.indexOf('?');
        String url = question < 0 ? location : location.substring(0, question);
        Properties given = new Properties();
        if (question >= 0) {
            for (String parameter : location.substring(question + 1).split("&", -1)) {
                int equals = parameter.indexOf('=');
                if (equals > 0) {
                    given.setProperty(parameter.substring(0, equals), decoded(parameter.substring(equals + 1)));
                }
            }
        }
        Duration lease = lease((String) given.getOrDefault("lease", "15s"));
        given.remove("lease");
        Properties properties = defaults(lease);
        properties.putAll(given);
        if (!SIMPLE_NAME.matcher(properties.getProperty(SCHEMA)).matches()) {
            throw new StoreException(
                    "The store's schema (" + SCHEMA + ") must be one name of lower case letters, digits and _", null);
        }
        return new PostgresLocation(url, properties, lease);
    }

    /** Nothing waits for ever, and a session whose client hangs ends before the client's lease does. */
    private static Properties defaults(Duration lease) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "corewebhook");
        properties.setProperty(SCHEMA, "corewebhook");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "15");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("defaultRowFetchSize", "32");
        properties.setProperty(
                "options",
                "-c statement_timeout=10s -c lock_timeout=10s -c idle_in_transaction_session_timeout="
                        + lease.toMillis() / 2);
        return properties;
    }

    private static String decoded(String value) throws StoreException {
        try {
            return URLDecoder.decode(value, UTF_8);
        } catch (IllegalArgumentException e) {
            // not shown: it may be the password
            throw new StoreException("A parameter of the store's URL is badly encoded: write % as %25", null);
        }
    }

    private static Duration lease(String text) throws StoreException {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration lease = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
            if (lease.compareTo(MIN_LEASE) >= 0) {
                return lease;
            }
        }
        throw new StoreException(
                "The store's lease must be a time of at least " + MIN_LEASE.toMillis()
                        + "ms, for example lease=15s, not "
                        + text,
                null);
    }

    /** Returns the URL without parameters. */
    String url() {
        return url;
    }

    /** Returns the parameters for the driver, among them the password. */
    Properties properties() {
        return properties;
    }

    String schema() {
        return properties.getProperty(SCHEMA);
    }

    Duration lease() {
        return lease;
    }

    @Override
    public String toString() {
        return url;
    }
}
