package org.corewebhook.rabbitmq;

import java.time.Duration;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;

/**
 * The settings of one connection.
 *
 * @param heartbeat how often both sides show that they are alive; zero for never
 * @param timeout longest time to open the connection
 */
record BrokerOptions(
        String host,
        int port,
        String user,
        Secret password,
        String vhost,
        boolean ssl,
        Duration heartbeat,
        Duration timeout) {

    private static final int PORT = 5672;
    private static final int TLS_PORT = 5671;
    private static final String GUEST = "guest";
    private static final int MAX_SHORT_TEXT = 255;

    static BrokerOptions read(Settings settings) {
        String host = settings.requireString("host").strip();
        if (host.contains("/") || host.contains("@")) {
            settings.problem("host", "Must be a host name or an address alone, without amqp://, user or path");
        }
        boolean ssl = settings.flag("ssl", false);
        String vhost = settings.string("vhost", "/");
        if (vhost.isEmpty() || vhost.length() > MAX_SHORT_TEXT) {
            settings.problem("vhost", "Must be the name of a virtual host; the one that RabbitMQ starts with is /");
        }
        return new BrokerOptions(
                host,
                settings.count("port", ssl ? TLS_PORT : PORT, 1, 65_535),
                settings.has("user") ? settings.requireString("user") : GUEST,
                password(settings),
                vhost,
                ssl,
                settings.duration("heartbeat", Duration.ofSeconds(10), Duration.ZERO, Duration.ofHours(1)),
                settings.duration("timeout", Duration.ofSeconds(5), Duration.ofMillis(10), Duration.ofMinutes(5)));
    }

    private static Secret password(Settings settings) {
        if (settings.has("pass") && settings.has("password")) {
            settings.problem("password", "Is the same as pass: keep one of the two");
        }
        Secret pass = settings.secret("pass");
        Secret password = settings.secret("password");
        if (pass != null) {
            return pass;
        }
        return password != null ? password : Secret.of(GUEST);
    }

    /** Returns where it goes, for messages. */
    String target() {
        return host + ":" + port + (vhost.equals("/") ? "" : " " + vhost);
    }

    @Override
    public String toString() {
        return target();
    }
}
