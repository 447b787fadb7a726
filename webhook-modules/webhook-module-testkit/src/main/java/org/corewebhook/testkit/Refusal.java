package org.corewebhook.testkit;

import java.util.Map;
import java.util.Objects;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/**
 * How {@link OutputModuleContract} gets a destination to refuse an event for good, or why none ever does. Immutable.
 *
 * @param settings the {@code module-config} of a destination that refuses, or null if there is none
 * @param connection what goes with these settings
 * @param notApplicable why the destination cannot refuse an event, or null if it can
 */
public record Refusal(
        @Nullable Map<String, ?> settings,
        @Nullable SharedConnection connection,
        @Nullable String notApplicable) {

    /** Returns the refusal by a destination that needs no connection. */
    public static Refusal by(Map<String, ?> settings) {
        return by(settings, null);
    }

    /** Returns the refusal by a destination with a connection, which the contract closes. */
    public static Refusal by(Map<String, ?> settings, @Nullable SharedConnection connection) {
        return new Refusal(Objects.requireNonNull(settings, "settings"), connection, null);
    }

    /** Returns the statement, printed by the contract, that this kind of destination refuses nothing for good. */
    public static Refusal notApplicable(String reason) {
        return new Refusal(null, null, Objects.requireNonNull(reason, "reason"));
    }
}
