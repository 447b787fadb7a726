package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Makes the output {@code redis_publish}: each event as one message on a channel; the server confirms, subscribers do
 * not. Its settings stand in the README of the module. Thread-safe.
 */
public final class RedisPublishProvider implements OutputModuleProvider {

    private static final String DEFAULT_CHANNEL = "webhook_events";
    private static final String EVENT_ID = "x-webhook-event-id";

    /** Called by {@link java.util.ServiceLoader}. */
    public RedisPublishProvider() {}

    @Override
    public String name() {
        return "redis_publish";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        Settings endpoint = settings.enclosing();
        Settings redis = endpoint.has("redis") ? endpoint.object("redis") : settings;
        String channel = Keys.read(redis, "channel", DEFAULT_CHANNEL);
        RedisOptions options = RedisOptions.read(redis, "localhost");
        boolean json = JsonText.isDataTypeOf(settings);
        EventCommands commands = event ->
                List.of(new CommandArguments(Command.PUBLISH).add(channel).add(envelope(event, json)));
        return RedisOutput.with(options, name() + " to " + channel, commands);
    }

    /** JSON goes in as it stands, other bytes as base64; the event's id is one more header. */
    private static byte[] envelope(WebhookEvent event, boolean json) {
        byte[] body = event.body();
        Map<String, String> headers = event.headers().toMap();
        headers.put(EVENT_ID, event.id());
        ByteArrayOutputStream envelope = new ByteArrayOutputStream(body.length * 4 / 3 + 1024);
        if (json && JsonText.is(body)) {
            envelope.writeBytes("{\"payload\":".getBytes(UTF_8));
            envelope.writeBytes(body);
        } else {
            envelope.writeBytes("{\"payload\":\"".getBytes(UTF_8));
            envelope.writeBytes(Base64.getEncoder().encode(body));
            envelope.writeBytes("\",\"payload_encoding\":\"base64\"".getBytes(UTF_8));
        }
        envelope.writeBytes(",\"headers\":".getBytes(UTF_8));
        envelope.writeBytes(JsonText.of(headers));
        envelope.write('}');
        return envelope.toByteArray();
    }
}
