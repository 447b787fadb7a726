package org.corewebhook.redis;

import java.util.List;
import java.util.Objects;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Makes the output {@code redis_stream}: each event as one entry of a stream. Its settings stand in the README of the
 * module. Thread-safe.
 */
public final class RedisStreamProvider implements OutputModuleProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public RedisStreamProvider() {}

    @Override
    public String name() {
        return "redis_stream";
    }

    @Override
    public String connectionType() {
        return RedisConnectionProvider.TYPE;
    }

    @Override
    public boolean acceptsConnection(String type) {
        return type.equals(RedisConnectionProvider.TYPE) || type.equals(RedisRqConnectionProvider.TYPE);
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        String stream = Keys.require(settings, "stream");
        long maxLength = settings.integer("max_len", 0, 1, Long.MAX_VALUE);
        EventCommands commands = event -> List.of(entry(stream, maxLength, event));
        SharedConnection over = Objects.requireNonNull(connection, "connection");
        return RedisOutput.over(over, name() + " to " + stream, commands);
    }

    private static CommandArguments entry(String stream, long maxLength, WebhookEvent event) {
        CommandArguments add = new CommandArguments(Command.XADD).add(stream);
        if (maxLength > 0) {
            add.add("MAXLEN").add("~").add(maxLength);
        }
        return add.add("*")
                .add("id")
                .add(event.id())
                .add("endpoint")
                .add(event.endpoint())
                .add("body")
                .add(event.body())
                .add("headers")
                .add(JsonText.of(event.headers().toMap()));
    }
}
