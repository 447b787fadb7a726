package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Writes an event as a job of RQ (Redis Queue, versions 1 and 2), which calls {@code function(payload, headers)}.
 *
 * <p>The job's id is the event's: a job that is written again has the same hash. Immutable and thread-safe.
 *
 * @param json whether the payload is decoded JSON, else it is bytes
 * @param jobTimeout how long the function may run
 * @param resultTtl how long RQ keeps what it returned
 */
record RqJob(
        String queue,
        String function,
        Format format,
        boolean json,
        Duration jobTimeout,
        Duration resultTtl,
        Clock clock)
        implements EventCommands {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** What RQ itself writes when there is nothing to say yet. */
    private static final List<String> EMPTY_FIELDS = List.of(
            "started_at",
            "ended_at",
            "last_heartbeat",
            "worker_name",
            "success_callback_name",
            "failure_callback_name");

    /** What the worker reads calls with. */
    enum Format {
        PICKLE {
            @Override
            byte[] call(String function, WebhookEvent event, boolean json) throws DeliveryException {
                return PythonPickle.call(function, event, json);
            }
        },
        JSON {
            @Override
            byte[] call(String function, WebhookEvent event, boolean json) throws DeliveryException {
                if (!JsonText.is(event.body())) {
                    throw DeliveryException.permanent(
                            "The body is not JSON, and a job in JSON cannot hold bytes", null);
                }
                ByteArrayOutputStream call = new ByteArrayOutputStream(event.body().length + 1024);
                call.writeBytes(("[\"" + function + "\",null,[").getBytes(UTF_8));
                call.writeBytes(event.body());
                call.write(',');
                call.writeBytes(JsonText.of(event.headers().toMap()));
                call.writeBytes("],{}]".getBytes(UTF_8));
                return call.toByteArray();
            }
        };

        abstract byte[] call(String function, WebhookEvent event, boolean json) throws DeliveryException;
    }

    /** The list comes last and all at once: a worker never finds an id without its job. */
    @Override
    public List<CommandArguments> of(WebhookEvent event) throws DeliveryException {
        String queueKey = "rq:queue:" + queue;
        return List.of(
                new CommandArguments(Command.MULTI),
                hash(event),
                new CommandArguments(Command.SADD).add("rq:queues").add(queueKey),
                new CommandArguments(Command.RPUSH).add(queueKey).add(event.id()),
                new CommandArguments(Command.EXEC));
    }

    private CommandArguments hash(WebhookEvent event) throws DeliveryException {
        CommandArguments hash = new CommandArguments(Command.HSET)
                .add("rq:job:" + event.id())
                .add("data")
                .add(compressed(format.call(function, event, json)));
        field(hash, "status", "queued");
        field(hash, "origin", queue);
        // RQ would show the arguments here and in the worker's log; payloads are nobody's business there.
        field(hash, "description", function + "({...}, {...})");
        field(hash, "created_at", time(event.receivedAt()));
        field(hash, "enqueued_at", time(clock.instant()));
        field(hash, "timeout", Long.toString(jobTimeout.toSeconds()));
        field(hash, "result_ttl", Long.toString(resultTtl.toSeconds()));
        EMPTY_FIELDS.forEach(name -> field(hash, name, ""));
        return hash;
    }

    private static void field(CommandArguments hash, String name, String value) {
        hash.add(name).add(value);
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }

    private static byte[] compressed(byte[] call) {
        Deflater zlib = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(call.length / 2 + 64);
        try (DeflaterOutputStream out = new DeflaterOutputStream(compressed, zlib)) {
            out.write(call);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("Memory can always be written to", e);
        } finally {
            zlib.end();
        }
        return compressed.toByteArray();
    }
}
