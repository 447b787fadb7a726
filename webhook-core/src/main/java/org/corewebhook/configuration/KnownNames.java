package org.corewebhook.configuration;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of modules, connections and validators that other artifacts bring, and the nearest name to a misspelt one. */
final class KnownNames {

    /** From the name of a module or connection type to the artifact that serves it. */
    private static final Map<String, String> MODULES = Map.ofEntries(
            Map.entry("http_webhook", "webhook-module-http"),
            Map.entry("rabbitmq", "webhook-module-rabbitmq"),
            Map.entry("redis_rq", "webhook-module-redis"),
            Map.entry("redis_publish", "webhook-module-redis"),
            Map.entry("redis_stream", "webhook-module-redis"),
            Map.entry("redis_list", "webhook-module-redis"),
            Map.entry("redis-rq", "webhook-module-redis"),
            Map.entry("redis", "webhook-module-redis"),
            Map.entry("kafka", "webhook-module-kafka"),
            Map.entry("s3", "webhook-module-s3"),
            Map.entry("websocket", "webhook-module-websocket"),
            Map.entry("clickhouse", "webhook-module-clickhouse"));

    private static final String SIGNATURES = "webhook-signatures";

    /** From the key of a validator to the artifact that serves it. */
    private static final Map<String, String> VALIDATORS = Map.of(
            "signature", SIGNATURES,
            "digest_auth", SIGNATURES,
            "oauth1", SIGNATURES,
            "oauth2", SIGNATURES,
            "recaptcha", SIGNATURES,
            "json_schema", SIGNATURES);

    private KnownNames() {}

    /** Says how to get a module or connection type that is not on the class path. */
    static String howToGet(String name, Collection<String> present) {
        String artifact = MODULES.get(name);
        if (artifact != null) {
            return "add the artifact org.corewebhook:" + artifact + " to the class path";
        }
        String nearest = nearest(name, present);
        return nearest == null
                ? "add the artifact that provides it to the class path; there are: " + String.join(", ", present)
                : "did you mean " + nearest + "?";
    }

    /** Returns the artifact that serves this validator, or null if the key is none that we know. */
    static @Nullable String validatorArtifact(String key) {
        return VALIDATORS.get(key);
    }

    /** Returns the keys of validators that other artifacts serve. */
    static Collection<String> validatorKeys() {
        return VALIDATORS.keySet();
    }

    /** Returns the candidate that differs from the name by at most two typing errors, or null. */
    static @Nullable String nearest(String name, Collection<String> candidates) {
        String best = null;
        int bestDistance = Math.min(3, (name.length() + 2) / 3 + 1);
        for (String candidate : candidates) {
            int distance = distance(normalised(name), normalised(candidate));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best;
    }

    private static String normalised(String name) {
        return name.toLowerCase(java.util.Locale.ROOT).replace('-', '_').replace("_", "");
    }

    /** Returns the number of insertions, deletions, replacements and swaps of neighbours between two words. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
