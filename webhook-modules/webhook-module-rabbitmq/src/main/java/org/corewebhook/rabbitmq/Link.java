package org.corewebhook.rabbitmq;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import com.rabbitmq.client.SocketConfigurators;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.corewebhook.rabbitmq.RabbitMqOptions.Route;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/** One AMQP connection from its opening to its end, with idle channels and what is declared on it. Thread-safe. */
final class Link {

    private static final int MAX_IDLE_CHANNELS = 8;

    private final Connection connection;
    private final Sockets sockets;
    private final ConcurrentLinkedDeque<PublishingChannel> idle = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<PublishingChannel> condemned = new ConcurrentLinkedDeque<>();
    private final Set<Route> prepared = ConcurrentHashMap.newKeySet();
    private final Set<Batch> running = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String blocked;

    private Link(Connection connection, Sockets sockets) {
        this.connection = connection;
        this.sockets = sockets;
    }

    static Link open(BrokerOptions options, Sockets sockets, ScheduledExecutorService timers)
            throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(options.host());
        factory.setPort(options.port());
        factory.setUsername(options.user());
        factory.setPassword(options.password().reveal());
        factory.setVirtualHost(options.vhost());
        int timeoutMillis = (int) options.timeout().toMillis();
        factory.setConnectionTimeout(timeoutMillis);
        factory.setHandshakeTimeout(timeoutMillis);
        factory.setRequestedHeartbeat(wholeSeconds(options.heartbeat()));
        factory.setHeartbeatExecutor(timers);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setThreadFactory(work -> {
            Thread thread = new Thread(work, "rabbitmq-client");
            thread.setDaemon(true);
            return thread;
        });
        SocketConfigurator configurator = sockets;
        if (options.ssl()) {
            factory.useSslProtocol(trustOfTheJvm());
            configurator = configurator.andThen(SocketConfigurators.enableHostnameVerification());
        }
        factory.setSocketConfigurator(configurator);
        Connection connection = factory.newConnection("core-webhook");
        Link link = new Link(connection, sockets);
        connection.addBlockedListener(link.new Blocking());
        return link;
    }

    /** Rounds up: zero would mean never. */
    private static int wholeSeconds(Duration duration) {
        return (int) ((duration.toMillis() + 999) / 1000);
    }

    private static SSLContext trustOfTheJvm() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no default TLS context", e);
        }
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    Sockets sockets() {
        return sockets;
    }

    /**
     * Publishes the batch on a channel that no other call uses, and awaits the answers.
     *
     * @param patience the moment, as of {@link System#nanoTime()}, when waiting for confirmations ends
     */
    void publish(Batch batch, long patience) throws DeliveryException {
        running.add(batch);
        try {
            requireNoAlarm();
            abortCondemned();
            PublishingChannel channel = channel(batch.route());
            try {
                prepare(channel, batch.route());
                channel.publish(batch, patience);
            } finally {
                release(channel);
            }
        } finally {
            running.remove(batch);
        }
        if (batch.queueVanished()) {
            prepared.remove(batch.route());
        }
    }

    private void requireNoAlarm() throws DeliveryException {
        String reason = blocked;
        if (reason != null) {
            throw alarm(reason);
        }
    }

    private static DeliveryException alarm(String reason) {
        return DeliveryException.retryable("RabbitMQ takes no messages now: " + reason, null);
    }

    private PublishingChannel channel(Route route) throws DeliveryException {
        PublishingChannel free = idle.pollFirst();
        while (free != null) {
            if (free.isUsable()) {
                return free;
            }
            free = idle.pollFirst();
        }
        try {
            return PublishingChannel.open(connection);
        } catch (IOException | RuntimeException e) {
            throw Failures.publishing(route, e);
        }
    }

    /** Does once for each connection what need not be done for each message. */
    private void prepare(PublishingChannel channel, Route route) throws DeliveryException {
        if (prepared.contains(route)) {
            return;
        }
        try {
            channel.prepare(route);
        } catch (IOException | RuntimeException e) {
            throw Failures.preparing(route, e);
        }
        prepared.add(route);
    }

    private void release(PublishingChannel channel) {
        if (channel.isUsable() && idle.size() < MAX_IDLE_CHANNELS) {
            idle.addFirst(channel);
        } else if (blocked != null) {
            condemned.add(channel); // the broker would not read that it is to be closed
        } else {
            channel.abort();
        }
    }

    private void abortCondemned() {
        PublishingChannel next = condemned.poll();
        while (next != null) {
            next.abort();
            next = condemned.poll();
        }
    }

    /** Says goodbye to the broker, which has so long to answer, and closes. */
    void close(Duration timeout) {
        connection.abort((int) timeout.toMillis());
        sockets.close();
    }

    /** Hears of the broker's alarms: it reads nothing more from those who publish. */
    private final class Blocking implements BlockedListener {

        @Override
        public void handleBlocked(String reason) {
            blocked = reason;
            running.forEach(batch -> batch.end(alarm(reason)));
        }

        @Override
        public void handleUnblocked() {
            blocked = null;
        }
    }
}
