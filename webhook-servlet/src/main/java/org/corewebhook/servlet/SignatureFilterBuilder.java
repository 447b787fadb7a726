package org.corewebhook.servlet;

import java.time.Duration;
import java.util.Objects;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.spi.Validator;

/** Says how a {@link SignatureFilter} works. Not thread-safe. */
public final class SignatureFilterBuilder {

    private FilterSettings settings;

    SignatureFilterBuilder(Validator validator) {
        this.settings = FilterSettings.of(Objects.requireNonNull(validator, "validator"));
    }

    /** Sets how many bytes a body may have, by default 10 MiB; more are answered 413. */
    public SignatureFilterBuilder maxBodyBytes(long bytes) {
        if (bytes < 0 || bytes > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("A body is kept in one array: 0 to " + (Integer.MAX_VALUE - 16));
        }
        settings = new FilterSettings(
                settings.validator(),
                bytes,
                settings.bodyTimeout(),
                settings.maxBodyBytesInFlight(),
                settings.passRefusedOn());
        return this;
    }

    /** Sets how long a body may take to arrive, by default 30 s; slower ones are answered 408. */
    public SignatureFilterBuilder bodyTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("A body needs some time to arrive");
        }
        settings = new FilterSettings(
                settings.validator(),
                settings.maxBodyBytes(),
                timeout,
                settings.maxBodyBytesInFlight(),
                settings.passRefusedOn());
        return this;
    }

    /**
     * Sets the bytes of all bodies that are kept at once, until their requests are answered; beyond them requests get
     * 503. By default a quarter of the heap, at least 16 MiB.
     */
    public SignatureFilterBuilder maxBodyBytesInFlight(long bytes) {
        if (bytes < BodyBudget.SMALL) {
            throw new IllegalArgumentException("At least " + BodyBudget.SMALL + " bytes");
        }
        settings = new FilterSettings(
                settings.validator(), settings.maxBodyBytes(), settings.bodyTimeout(), bytes, settings.passRefusedOn());
        return this;
    }

    /**
     * Passes refused requests on, too: the application must look at {@link SignatureFilter#VERDICT} and decide. Bodies
     * that are too large, too slow or consumed are still answered by the filter.
     */
    public SignatureFilterBuilder passRefusedOn() {
        settings = new FilterSettings(
                settings.validator(),
                settings.maxBodyBytes(),
                settings.bodyTimeout(),
                settings.maxBodyBytesInFlight(),
                true);
        return this;
    }

    /** Returns the filter. */
    public SignatureFilter build() {
        return new SignatureFilter(settings);
    }
}
