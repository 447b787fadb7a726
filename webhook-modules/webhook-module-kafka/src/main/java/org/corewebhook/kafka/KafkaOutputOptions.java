package org.corewebhook.kafka;

import java.util.regex.Pattern;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one output.
 *
 * @param partition where all records go, or null to let the key decide, or chance when there is no key
 * @param forwardHeaders whether the request's headers become headers of the record
 */
record KafkaOutputOptions(
        String topic, RecordKey key, @Nullable Integer partition, boolean forwardHeaders) {

    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_\\-.]{2,249}");

    static KafkaOutputOptions read(Settings settings) {
        String topic = readTopic(settings);
        RecordKey key = RecordKey.read(settings);
        Integer partition = settings.has("partition") ? settings.count("partition", 0, 0, Integer.MAX_VALUE) : null;
        boolean forwardHeaders = settings.flag("forward_headers", false);
        return new KafkaOutputOptions(topic, key, partition, forwardHeaders);
    }

    /** The topic stands in the {@code module-config}, or beside it as in the first version of the format. */
    private static String readTopic(Settings settings) {
        Settings place = !settings.has("topic") && settings.enclosing().has("topic") ? settings.enclosing() : settings;
        String topic = place.requireString("topic");
        boolean folderName = topic.equals(".") || topic.equals("..");
        if (!topic.isBlank() && (folderName || !TOPIC.matcher(topic).matches())) {
            place.problem("topic", "Must be 2 to 249 letters, digits, dots, underscores and hyphens, and not \"..\"");
        }
        return topic;
    }
}
