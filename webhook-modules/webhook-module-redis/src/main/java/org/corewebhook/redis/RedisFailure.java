package org.corewebhook.redis;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.corewebhook.spi.DeliveryException;

/** Tells what an error reply means: its first word is a code (Redis serialization protocol, "Simple errors"). */
final class RedisFailure {

    /** What the operator or time can mend: the event is tried again. */
    private static final Map<String, String> HINTS = Map.ofEntries(
            Map.entry("READONLY", "it is a replica: name the master, or its sentinels"),
            Map.entry("LOADING", "it is still loading its data"),
            Map.entry("OOM", "its memory is full"),
            Map.entry("MISCONF", "it cannot write to its disk"),
            Map.entry("BUSY", "it is busy with a script"),
            Map.entry("NOREPLICAS", "too few replicas are connected"),
            Map.entry("MASTERDOWN", "it is a replica that has lost its master"),
            Map.entry("CLUSTERDOWN", "its cluster is down"),
            Map.entry("MOVED", "it belongs to a cluster, which is not supported"),
            Map.entry("ASK", "it belongs to a cluster, which is not supported"),
            Map.entry("NOAUTH", "it wants a password: set password in the connection"),
            Map.entry("WRONGPASS", "user or password of the connection are wrong"),
            Map.entry("NOPERM", "the user of the connection lacks a permission (ACL)"));

    private static final Pattern CODE = Pattern.compile("[A-Z]{2,20}");

    private RedisFailure() {}

    /** Returns the failure behind an error reply. Its text is not quoted: it may repeat what we have sent. */
    static DeliveryException of(String target, String reply) {
        String code = code(reply);
        if (code.equals("WRONGTYPE")) {
            return DeliveryException.permanent(
                    target + " answered WRONGTYPE: the key holds another kind of value", null);
        }
        String lower = reply.toLowerCase(Locale.ROOT);
        if (lower.startsWith("err protocol error")) {
            return DeliveryException.permanent(target + " refused the size of the event", null);
        }
        String hint = lower.startsWith("err max number of clients")
                ? "it has no connection left"
                : HINTS.getOrDefault(code, "see the log of the server");
        return DeliveryException.retryable(target + " answered " + code + ": " + hint, null);
    }

    private static String code(String reply) {
        String word = reply.strip().split(" ", 2)[0];
        return CODE.matcher(word).matches() ? word : "an error";
    }
}
