package org.corewebhook.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;

/** Sends the commands of a whole batch in one go; the server's replies are the confirmation. Thread-safe. */
final class RedisOutput implements OutputModule {

    private static final Logger log = LoggerFactory.getLogger(RedisOutput.class);
    private static final int MAX_BATCH = 256;

    private final String name;
    private final EventCommands commands;
    private final SharedConnection connection;
    private final boolean ownsConnection;
    private final Set<Deadline> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private RedisOutput(String name, EventCommands commands, SharedConnection connection, boolean ownsConnection) {
        this.name = name;
        this.commands = commands;
        this.connection = connection;
        this.ownsConnection = ownsConnection;
    }

    /** Returns an output over a connection that others may use, too. */
    static RedisOutput over(SharedConnection connection, String name, EventCommands commands) {
        return new RedisOutput(name, commands, connection, false);
    }

    /** Returns an output with a connection of its own. */
    static RedisOutput with(RedisOptions options, String name, EventCommands commands) {
        SharedConnection own = new SharedConnection(name, "redis", () -> new RedisClient(options));
        return new RedisOutput(name, commands, own, true);
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        DeliveryException failure = deliverAll(List.of(event)).get(0).failure();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        List<@Nullable DeliveryOutcome> outcomes = new ArrayList<>(events.size());
        List<List<CommandArguments>> toSend = new ArrayList<>(events.size());
        for (WebhookEvent event : events) {
            try {
                toSend.add(commands.of(event));
                outcomes.add(null);
            } catch (DeliveryException e) {
                outcomes.add(DeliveryOutcome.failed(e));
            }
        }
        Iterator<DeliveryOutcome> sent = send(toSend).iterator();
        List<DeliveryOutcome> all = new ArrayList<>(events.size());
        for (DeliveryOutcome outcome : outcomes) {
            all.add(outcome == null ? sent.next() : outcome);
        }
        return all;
    }

    private List<DeliveryOutcome> send(List<List<CommandArguments>> toSend) {
        RedisClient client;
        try {
            client = connection.client(RedisClient.class);
        } catch (DeliveryException e) {
            return toSend.stream().map(each -> DeliveryOutcome.failed(e)).toList();
        }
        Deadline deadline = new Deadline(client.options().timeout());
        running.add(deadline);
        try {
            if (closed) {
                deadline.cancel();
            }
            return client.send(toSend, deadline);
        } finally {
            running.remove(deadline);
        }
    }

    @Override
    public int maxBatch() {
        return MAX_BATCH;
    }

    @Override
    public Duration timeout() {
        try {
            return connection.client(RedisClient.class).options().timeout(); // which connects to nothing yet
        } catch (DeliveryException e) {
            log.debug("{}: closed", name, e);
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(Deadline::cancel);
        if (ownsConnection) {
            connection.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
