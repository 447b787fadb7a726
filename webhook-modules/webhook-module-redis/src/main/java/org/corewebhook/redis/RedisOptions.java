package org.corewebhook.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * The settings of one connection.
 *
 * @param servers the server, or the sentinels that know it
 * @param master the name that the sentinels know the server by; null without sentinels
 * @param timeout longest time of one call, from the wait for a free connection to the last reply
 * @param maxConnections open at most at the same time
 */
record RedisOptions(
        List<HostAndPort> servers,
        @Nullable String master,
        Login login,
        Login sentinelLogin,
        int database,
        boolean ssl,
        Duration timeout,
        int maxConnections) {

    private static final int DEFAULT_PORT = 6379;
    private static final int DEFAULT_SENTINEL_PORT = 26_379;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final int DEFAULT_MAX_CONNECTIONS = 16;
    private static final Pattern NO_HOST = Pattern.compile("[\\s/@?#\\p{Cntrl}]");
    private static final Pattern PORT_BEHIND_NAME = Pattern.compile("(?<host>[^:]+|\\[.+]):(?<port>\\d{1,5})");

    /** Who we say we are; the password is null where none is wanted. */
    record Login(@Nullable String user, @Nullable Secret password) {

        static Login read(Settings settings, String userKey, String passwordKey) {
            Login login = new Login(settings.string(userKey), settings.secret(passwordKey));
            if (login.user() != null && login.password() == null) {
                settings.problem(passwordKey, "Is missing: " + userKey + " is set");
            }
            return login;
        }
    }

    /** Reads all settings of a connection; without a default the host must be there. */
    static RedisOptions read(Settings settings, @Nullable String defaultHost) {
        List<HostAndPort> sentinels = sentinels(settings);
        boolean bySentinel = settings.has("sentinels");
        String master = bySentinel ? settings.requireString("master") : null;
        List<HostAndPort> servers = bySentinel ? sentinels : List.of(server(settings, defaultHost));
        Login login = Login.read(settings, "user", "password");
        Login sentinelLogin = Login.read(settings, "sentinel_user", "sentinel_password");
        int database = settings.count("db", 0, 0, 65_535);
        boolean ssl = settings.flag("ssl", false);
        Duration timeout = settings.duration("timeout", DEFAULT_TIMEOUT, Duration.ofMillis(10), Duration.ofMinutes(10));
        int maxConnections = settings.count("max_connections", DEFAULT_MAX_CONNECTIONS, 1, 10_000);
        return new RedisOptions(servers, master, login, sentinelLogin, database, ssl, timeout, maxConnections);
    }

    private static HostAndPort server(Settings settings, @Nullable String defaultHost) {
        String host = settings.has("host") || defaultHost == null ? settings.requireString("host") : defaultHost;
        if (NO_HOST.matcher(host.strip()).find()) {
            settings.problem("host", "Must be a host name or an address, without scheme, user and port");
        }
        return new HostAndPort(bare(host), settings.count("port", DEFAULT_PORT, 1, 65_535));
    }

    private static List<HostAndPort> sentinels(Settings settings) {
        List<HostAndPort> sentinels = new ArrayList<>();
        for (String text : settings.strings("sentinels")) {
            var match = PORT_BEHIND_NAME.matcher(text.strip());
            boolean hasPort = match.matches();
            String host = hasPort ? match.group("host") : text;
            int port = hasPort ? Integer.parseInt(match.group("port")) : DEFAULT_SENTINEL_PORT;
            if (host.isBlank() || NO_HOST.matcher(host.strip()).find() || port < 1 || port > 65_535) {
                settings.problem("sentinels", "Must be a list of \"host:port\"; item " + sentinels.size() + " is not");
            }
            sentinels.add(new HostAndPort(bare(host), port));
        }
        if (settings.has("sentinels") && sentinels.isEmpty()) {
            settings.problem("sentinels", "Must name at least one sentinel as \"host:port\"");
        }
        return sentinels;
    }

    private static String bare(String host) {
        String stripped = host.strip();
        boolean bracketed = stripped.startsWith("[") && stripped.endsWith("]");
        return bracketed ? stripped.substring(1, stripped.length() - 1) : stripped;
    }

    /** Names the server in messages. */
    String target() {
        return master == null ? "Redis " + servers.get(0) : "Redis " + master + " behind " + servers;
    }

    @Override
    public String toString() {
        return target();
    }
}
