package org.corewebhook.servlet;

import java.time.Duration;
import org.corewebhook.RequestLimits;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SignatureFilter} works.
 *
 * @param validator what decides, or null as long as nobody has said so
 * @param maxBodyBytes bytes of one body
 * @param bodyTimeout time for a body to arrive in full
 * @param maxBodyBytesInFlight bytes of all bodies in memory
 * @param passRefusedOn the application decides about refused requests
 */
record FilterSettings(
        @Nullable Validator validator,
        long maxBodyBytes,
        Duration bodyTimeout,
        long maxBodyBytesInFlight,
        boolean passRefusedOn) {

    static FilterSettings of(@Nullable Validator validator) {
        RequestLimits limits = RequestLimits.DEFAULT;
        return new FilterSettings(
                validator, limits.maxBodyBytes(), limits.bodyTimeout(), BodyBudget.defaultBytes(), false);
    }
}
