package org.corewebhook.signature.credentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.spi.ValidationResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses requests that cannot be proven because another server gives no answer: our trouble, so 503 and never 4xx.
 * Says so in the log, but not for every request. Thread-safe.
 */
final class RemoteTrouble {

    private static final Logger log = LoggerFactory.getLogger(RemoteTrouble.class);

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofSeconds(30);
    private static final ValidationResult UNAVAILABLE =
            ValidationResult.unavailable("The credentials cannot be checked now, retry later", RETRY);

    private final String what;
    private final Clock clock;
    private final AtomicReference<Instant> quietUntil = new AtomicReference<>(Instant.MIN);

    /** Makes one for a validator; {@code what} is its key. */
    RemoteTrouble(String what, Clock clock) {
        this.what = what;
        this.clock = clock;
    }

    ValidationResult refuse(RemoteException trouble) {
        Instant now = clock.instant();
        Instant until = quietUntil.get();
        if (!now.isBefore(until) && quietUntil.compareAndSet(until, now.plus(QUIET))) {
            log.warn("{}: requests get 503 because they cannot be proven: {}", what, trouble.getMessage(), trouble);
        } else {
            log.debug("{}: not proven: {}", what, trouble.getMessage());
        }
        return UNAVAILABLE;
    }
}
