package org.corewebhook.s3;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;

/**
 * Names objects: {@code <prefix>/<yyyy/MM/dd/HH>/<file name>}, by the time at which the event was accepted, in UTC.
 *
 * <p>The same event, or batch of events, gets the same name on each attempt. Immutable and thread-safe.
 *
 * @param prefix without a slash at either end; may be empty
 * @param pattern the file name with its placeholders
 */
record ObjectKeys(String prefix, String pattern) {

    private static final String UUID = "{uuid}";
    private static final String TIMESTAMP = "{timestamp}";
    private static final String DATE = "{date}";
    private static final String ENDPOINT = "{endpoint}";
    private static final List<String> PLACEHOLDERS = List.of(UUID, TIMESTAMP, DATE, ENDPOINT);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^{}]*}");

    /** A key has at most 1024 bytes; this leaves room for the hour and for what the placeholders become. */
    private static final int MAX_BYTES = 700;

    private static final DateTimeFormatter HOUR = utc("yyyy/MM/dd/HH");
    private static final DateTimeFormatter DAY = utc("yyyy-MM-dd");

    /** ISO 8601 with its offset, every {@code :} and {@code +} a {@code -}. */
    private static final DateTimeFormatter MICROS = utc("yyyy-MM-dd'T'HH-mm-ss.SSSSSS'-00-00'");

    static ObjectKeys read(Settings settings, boolean ifNoneMatch) {
        String prefix = stripSlashes(settings.string("prefix", "webhooks"));
        String pattern = settings.string("filename_pattern", "webhook_{uuid}.json");
        check(settings, "prefix", prefix);
        check(settings, "filename_pattern", pattern);
        if (pattern.isBlank() || pattern.startsWith("/") || pattern.endsWith("/")) {
            settings.problem("filename_pattern", "Must be a file name such as webhook_{uuid}.json");
        }
        Matcher matcher = PLACEHOLDER.matcher(pattern);
        while (matcher.find()) {
            if (!PLACEHOLDERS.contains(matcher.group())) {
                settings.warning("filename_pattern", "Has a placeholder that is none of " + PLACEHOLDERS);
            }
        }
        ObjectKeys keys = new ObjectKeys(prefix, pattern);
        if (!keys.nameEventsApart()) {
            String consequence = ifNoneMatch ? "is refused" : "replaces the first";
            settings.warning(
                    "filename_pattern", "Has no {uuid}: a second event that gets the same name " + consequence);
        }
        return keys;
    }

    private static void check(Settings settings, String key, String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            settings.problem(key, "Must not hold line breaks or other control characters");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES / 2) {
            settings.problem(key, "Must not be longer than " + MAX_BYTES / 2 + " bytes");
        }
    }

    private static String stripSlashes(String prefix) {
        int from = 0;
        int to = prefix.length();
        while (from < to && prefix.charAt(from) == '/') {
            from++;
        }
        while (to > from && prefix.charAt(to - 1) == '/') {
            to--;
        }
        return prefix.substring(from, to);
    }

    /** Tells whether two events never get the same name. */
    boolean nameEventsApart() {
        return pattern.contains(UUID);
    }

    String of(WebhookEvent event) {
        Instant time = event.receivedAt();
        String name = pattern.replace(UUID, event.id())
                .replace(TIMESTAMP, MICROS.format(time))
                .replace(DATE, DAY.format(time))
                .replace(ENDPOINT, event.endpoint());
        return folder(time) + name;
    }

    /** The name says which events are in it, so that a name that is taken means that these very events are stored. */
    String of(List<WebhookEvent> batch) {
        return folder(batch.get(0).receivedAt()) + "batch_" + uuidOf(batch) + ".ndjson.gz";
    }

    private String folder(Instant time) {
        String hour = HOUR.format(time) + "/";
        return prefix.isEmpty() ? hour : prefix + "/" + hour;
    }

    /** A UUIDv8 (RFC 9562, 5.8) of the ids in their order. */
    private static String uuidOf(List<WebhookEvent> batch) {
        MessageDigest digest = sha256();
        for (WebhookEvent event : batch) {
            digest.update(event.id().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
        }
        byte[] hash = digest.digest();
        hash[6] = (byte) ((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
        String hex = HexFormat.of().formatHex(hash, 0, 16);
        return String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                hex.substring(12, 16),
                hex.substring(16, 20),
                hex.substring(20));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
