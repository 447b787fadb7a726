package org.corewebhook.clickhouse;

import java.time.Duration;
import java.util.regex.Pattern;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;

/**
 * The settings of one connection.
 *
 * @param host name or address, without brackets
 * @param nativePort the port of the native protocol that the configuration names, or 0: it is not used
 * @param httpPort the port that is used
 * @param timeout longest time of a call, whatever it takes
 */
record ClickHouseOptions(
        String host,
        int nativePort,
        int httpPort,
        boolean ssl,
        String database,
        String user,
        Secret password,
        Duration timeout,
        boolean compression) {

    private static final int DEFAULT_NATIVE_PORT = 9000;
    private static final int HTTP_PORT = 8123;
    private static final int HTTPS_PORT = 8443;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(10);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]?");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    static ClickHouseOptions read(Settings settings) {
        String host = readHost(settings);
        boolean ssl = settings.flag("ssl", false);
        int port = settings.count("port", DEFAULT_NATIVE_PORT, 1, 65_535);
        boolean portIsHttp = !settings.has("http_port") && (port == HTTP_PORT || port == HTTPS_PORT);
        int httpPort = settings.count("http_port", portIsHttp ? port : ssl ? HTTPS_PORT : HTTP_PORT, 1, 65_535);
        if (httpPort == HTTPS_PORT && !ssl) {
            settings.warning("ssl", "Is false, but " + HTTPS_PORT + " is the port for TLS: set it to true");
        }
        String database = Identifiers.read(settings, "database", "default");
        String user = settings.string("user", "default");
        if (user.isBlank() || user.indexOf(':') >= 0 || CONTROL.matcher(user).find()) {
            settings.problem("user", "Must be a name without colon or control characters");
        }
        Secret password = Secret.of(settings.string("password", ""));
        Duration timeout = settings.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
        boolean compression = settings.flag("compression", true);
        settings.flag("analytics", false); // for the application, which decides what to log
        int nativePort = portIsHttp || !settings.has("port") || settings.has("http_port") ? 0 : port;
        return new ClickHouseOptions(host, nativePort, httpPort, ssl, database, user, password, timeout, compression);
    }

    private static String readHost(Settings settings) {
        String host = settings.string("host", "localhost").strip();
        if (!HOST.matcher(host).matches()) {
            settings.problem("host", "Must be a host name or an address, without port or path");
            return "localhost";
        }
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    String scheme() {
        return ssl ? "https" : "http";
    }

    /** Returns where it goes, for messages. */
    String target() {
        return "ClickHouse at " + host + ":" + httpPort;
    }

    @Override
    public String toString() {
        return target() + "/" + database;
    }
}
