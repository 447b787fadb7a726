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
 * Makes the output {@code redis_list}: the body of each event at the end of a list. Its settings stand in the README of
 * the module. Thread-safe.
 */
public final class RedisListProvider implements OutputModuleProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public RedisListProvider() {}

    @Override
    public String name() {
        return "redis_list";
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
        String list = Keys.require(settings, "list");
        long maxLength = settings.integer("max_len", 0, 1, Long.MAX_VALUE);
        EventCommands commands = event -> maxLength > 0 ? cut(list, maxLength, event) : List.of(push(list, event));
        SharedConnection over = Objects.requireNonNull(connection, "connection");
        return RedisOutput.over(over, name() + " to " + list, commands);
    }

    private static CommandArguments push(String list, WebhookEvent event) {
        return new CommandArguments(Command.RPUSH).add(list).add(event.body());
    }

    /** All or nothing: if cutting were refused after the push, the event would be pushed again and again. */
    private static List<CommandArguments> cut(String list, long maxLength, WebhookEvent event) {
        CommandArguments trim =
                new CommandArguments(Command.LTRIM).add(list).add(-maxLength).add(-1);
        return List.of(
                new CommandArguments(Command.MULTI), push(list, event), trim, new CommandArguments(Command.EXEC));
    }
}
