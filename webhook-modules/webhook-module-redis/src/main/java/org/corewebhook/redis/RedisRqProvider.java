package org.corewebhook.redis;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/**
 * Makes the output {@code redis_rq}: each event as one job for a worker of RQ, in Python. Its settings stand in the
 * README of the module. Thread-safe.
 */
public final class RedisRqProvider implements OutputModuleProvider {

    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z_]\\w*(?:\\.[A-Za-z_]\\w*)+");
    private static final int MAX_PARTS = 3;

    /** What a worker must not be made to run by a slip in a file. */
    private static final Set<String> REFUSED_PARTS = Set.of("os", "posix", "subprocess", "eval", "exec", "builtins");

    private static final Pattern QUEUE = Pattern.compile("[\\w.:-]{1,255}");

    /** Called by {@link java.util.ServiceLoader}. */
    public RedisRqProvider() {}

    @Override
    public String name() {
        return "redis_rq";
    }

    @Override
    public String connectionType() {
        return RedisRqConnectionProvider.TYPE;
    }

    @Override
    public boolean acceptsConnection(String type) {
        return type.equals(RedisConnectionProvider.TYPE) || type.equals(RedisRqConnectionProvider.TYPE);
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        String queue = queue(settings);
        String function = function(settings);
        RqJob.Format format = RqJob.Format.valueOf(
                settings.oneOf("serializer", "pickle", "pickle", "json").toUpperCase(Locale.ROOT));
        boolean json = JsonText.isDataTypeOf(settings);
        if (format == RqJob.Format.JSON && !json) {
            settings.problem("serializer", "Must be pickle: data_type is blob, and JSON cannot hold bytes");
        }
        Duration jobTimeout = seconds(settings, "job_timeout", Duration.ofSeconds(180), Duration.ofSeconds(1));
        Duration resultTtl = seconds(settings, "result_ttl", Duration.ofSeconds(500), Duration.ZERO);
        RqJob job = new RqJob(queue, function, format, json, jobTimeout, resultTtl, settings.clock());
        SharedConnection over = Objects.requireNonNull(connection, "connection");
        return RedisOutput.over(over, name() + " to " + queue, job);
    }

    private static String queue(Settings settings) {
        String queue = settings.has("queue_name") ? settings.requireString("queue_name") : "default";
        if (!queue.isBlank() && !QUEUE.matcher(queue).matches()) {
            settings.problem("queue_name", "Must be made of letters, digits and . : _ -, at most 255 of them");
        }
        return queue;
    }

    private static String function(Settings settings) {
        String function = settings.requireString("function").strip();
        if (function.isEmpty()) {
            return function;
        }
        List<String> parts = List.of(function.split("\\.", -1));
        if (!FUNCTION.matcher(function).matches() || parts.size() > MAX_PARTS) {
            settings.problem("function", "Must be the dotted name of a function, in 2 or 3 parts: tasks.handle");
        } else if (parts.stream().anyMatch(part -> part.startsWith("__") || REFUSED_PARTS.contains(part))) {
            settings.problem("function", "Must be a function of your own, not one that runs commands or code");
        }
        return function;
    }

    private static Duration seconds(Settings settings, String key, Duration defaultValue, Duration min) {
        Duration duration = settings.duration(key, defaultValue, min, Duration.ofDays(365));
        if (!duration.equals(Duration.ofSeconds(duration.toSeconds()))) {
            settings.problem(key, "Must be whole seconds");
        }
        return duration;
    }
}
