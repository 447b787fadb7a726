package org.corewebhook.configuration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.corewebhook.Acknowledge;
import org.corewebhook.DataType;
import org.corewebhook.Headers;
import org.corewebhook.RetryPolicy;
import org.corewebhook.payload.CredentialCleanup;
import org.corewebhook.receipt.Idempotency;
import org.corewebhook.spi.Handshake;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.store.Settlement;
import org.jspecify.annotations.Nullable;

/** One configured endpoint: who may send, what, where it goes and when it is acknowledged. Immutable, thread-safe. */
public final class Endpoint {

    private final String id;
    private final DataType dataType;
    private final List<StagedValidator> validators;
    private final List<Handshake> handshakes;
    private final boolean provenByHeaders;
    private final Set<String> withheldHeaders;
    private final @Nullable CredentialCleanup cleanup;
    private final @Nullable Idempotency idempotency;
    private final List<Destination> destinations;
    private final DeliveryTerms terms;
    private final @Nullable String closedBy;

    Endpoint(
            String id,
            DataType dataType,
            List<StagedValidator> validators,
            boolean forwardCredentials,
            @Nullable CredentialCleanup cleanup,
            @Nullable Idempotency idempotency,
            List<Destination> destinations,
            DeliveryTerms terms,
            @Nullable String closedBy) {
        this.id = id;
        this.dataType = dataType;
        this.validators = validators.stream()
                .sorted(Comparator.comparing(StagedValidator::stage))
                .toList();
        this.handshakes = handshakes(this.validators);
        this.provenByHeaders =
                this.validators.stream().anyMatch(validator -> validator.stage() == ValidationStage.CREDENTIALS);
        this.withheldHeaders = forwardCredentials ? Set.of() : credentialHeaders(validators);
        this.cleanup = cleanup;
        this.idempotency = idempotency;
        this.destinations = List.copyOf(destinations);
        this.terms = terms;
        this.closedBy = closedBy;
    }

    /**
     * What is promised to the sender and how hard we try.
     *
     * @param acknowledge when the sender gets its 200
     * @param acknowledgeTimeout how long the sender waits for the destinations at most
     * @param retry when a failed delivery is tried again
     * @param maxPending events that may wait in one lane
     * @param maxPendingBytes bytes of their bodies: beyond them no event more is taken
     * @param maxInFlight calls of one destination at once, or 0 for as many as the module wants
     * @param strictOrder a failed event holds up those after it, so that they arrive in the order of acceptance
     * @param orderingKey events that have this in common arrive in the order of acceptance, or null
     * @param retain how long a delivered event is kept for a replay
     */
    public record DeliveryTerms(
            Acknowledge acknowledge,
            Duration acknowledgeTimeout,
            RetryPolicy retry,
            int maxPending,
            long maxPendingBytes,
            int maxInFlight,
            boolean strictOrder,
            @Nullable OrderingKey orderingKey,
            Duration retain) {

        /** The terms of stored events whose endpoint is not configured any more. */
        public static final DeliveryTerms PARKED = new DeliveryTerms(
                Acknowledge.STORED,
                Duration.ZERO,
                RetryPolicy.PATIENT,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                1,
                false,
                null,
                Duration.ZERO);

        /** Returns what becomes of a stored delivery that has succeeded: it is forgotten, or kept for a while. */
        public Settlement done(long sequence, long nowMillis) {
            return retain.isZero()
                    ? Settlement.done(sequence, nowMillis)
                    : Settlement.kept(sequence, nowMillis, nowMillis + retain.toMillis());
        }

        /** Tells whether any event may have to wait for another one. */
        public boolean keepsOrder() {
            return strictOrder || orderingKey != null;
        }
    }

    /** Returns the id in the path. */
    public String id() {
        return id;
    }

    /** Returns what it takes. */
    public DataType dataType() {
        return dataType;
    }

    /** Returns the validators in the order in which they run. */
    public List<StagedValidator> validators() {
        return validators;
    }

    /** Returns what answers the handshakes of senders, in the order of the validators that brought them. */
    public List<Handshake> handshakes() {
        return handshakes;
    }

    /** Tells whether senders are proven before their body is read. */
    public boolean provenByHeaders() {
        return provenByHeaders;
    }

    /** Returns the headers as events carry them: without the credentials that a validator consumed. */
    public Headers withoutCredentials(Headers headers) {
        return withheldHeaders.isEmpty()
                ? headers
                : headers.without(name -> withheldHeaders.contains(name.toLowerCase(Locale.ROOT)));
    }

    /** Returns what removes credentials from payloads, or null if the endpoint does not ask for it. */
    public @Nullable CredentialCleanup cleanup() {
        return cleanup;
    }

    /** Returns how repetitions are recognised, or null if they are not. */
    public @Nullable Idempotency idempotency() {
        return idempotency;
    }

    /** Returns where events go. */
    public List<Destination> destinations() {
        return destinations;
    }

    /** Returns when the sender is answered and how hard we try. */
    public DeliveryTerms terms() {
        return terms;
    }

    /** Returns why the endpoint is closed, for the operator, or null if it is open. */
    public @Nullable String closedBy() {
        return closedBy;
    }

    @Override
    public String toString() {
        return id;
    }

    private static List<Handshake> handshakes(List<StagedValidator> validators) {
        List<Handshake> handshakes = new ArrayList<>();
        for (StagedValidator staged : validators) {
            Handshake handshake = staged.validator().handshake();
            if (handshake != null) {
                handshakes.add(handshake);
            }
        }
        return List.copyOf(handshakes);
    }

    private static Set<String> credentialHeaders(List<StagedValidator> validators) {
        Set<String> names = new HashSet<>();
        for (StagedValidator staged : validators) {
            staged.validator().credentialHeaders().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        }
        return Set.copyOf(names);
    }
}
