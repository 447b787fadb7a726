package org.corewebhook.signature.scheme;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.VerificationKey;
import org.corewebhook.spi.ReceiptId;
import org.jspecify.annotations.Nullable;

/** A scheme that is nothing but data; most senders and all of the users' own ones are. Immutable and thread-safe. */
public final class DeclaredScheme implements SignatureScheme {

    private final String name;
    private final @Nullable SchemeKey key;
    private final SignaturePlace signature;
    private final SignedTemplate signed;
    private final @Nullable TimestampPlace timestamp;
    private final @Nullable Place id;
    private final Duration tolerance;
    private final @Nullable SenderKeys senderKeys;

    private DeclaredScheme(Builder builder) {
        this.name = builder.name;
        this.key = builder.senderKeys == null ? builder.key : null;
        this.signature = builder.signature;
        this.signed = builder.signed;
        this.timestamp = builder.timestamp;
        this.id = builder.id;
        this.tolerance = builder.tolerance;
        this.senderKeys = builder.senderKeys;
    }

    /** Starts a scheme; what is signed is a {@link SignedTemplate}. */
    public static Builder builder(String name, SchemeKey key, SignaturePlace signature, SignedTemplate signed) {
        return new Builder(name, key, signature, signed);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable SchemeKey key() {
        return key;
    }

    @Override
    public @Nullable Duration tolerance() {
        return timestamp == null ? null : tolerance;
    }

    @Override
    public boolean urlBound() {
        return signed.signsUrl();
    }

    @Override
    public Set<String> credentialHeaders() {
        Set<String> headers = new LinkedHashSet<>();
        if (key != null && key.algorithm() == SignatureAlgorithm.TOKEN) {
            for (Place place : signature.places()) {
                if (place.kind() == Place.Kind.HEADER) {
                    headers.add(place.name());
                }
            }
        }
        return headers;
    }

    @Override
    public List<Proof> proofs(SignedRequest request) throws UnprovenException {
        SignaturePlace.Found found = signature.read(request);
        String time = timestamp == null ? null : timestamp.place().require(request, found.fields());
        Instant signedAt = timestamp == null || time == null ? null : timestamp.parse(time);
        String eventId = id == null || !signed.signsId() ? null : id.require(request, found.fields());
        VerificationKey senderKey = senderKeys == null ? null : senderKeys.of(request);
        return List.of(
                new Proof(List.of(signed.fill(request, time, eventId)), found.signatures(), signedAt, senderKey));
    }

    @Override
    public @Nullable ReceiptId id(SignedRequest request) {
        if (id == null) {
            return null;
        }
        try {
            String value = id.read(request, null);
            boolean covered = signed.signsId() || (id.kind() == Place.Kind.POINTER && signed.signsBody());
            return value == null || value.isEmpty() ? null : new ReceiptId(value, covered);
        } catch (UnprovenException e) {
            return null; // the signature holds all the same; an id that is there twice is none
        }
    }

    /** Collects what a scheme is; not thread-safe. */
    public static final class Builder {

        private final String name;
        private final SchemeKey key;
        private final SignaturePlace signature;
        private final SignedTemplate signed;
        private @Nullable TimestampPlace timestamp;
        private @Nullable Place id;
        private @Nullable SenderKeys senderKeys;
        private Duration tolerance = Duration.ZERO;

        private Builder(String name, SchemeKey key, SignaturePlace signature, SignedTemplate signed) {
            this.name = name;
            this.key = key;
            this.signature = signature;
            this.signed = signed;
        }

        /** Says where the time stands, and how old it may be by default; zero for any age. */
        public Builder timestamp(TimestampPlace place, Duration maxAge) {
            this.timestamp = place;
            this.tolerance = maxAge;
            return this;
        }

        /** Says where the sender's id of the event stands. */
        public Builder id(Place place) {
            this.id = place;
            return this;
        }

        Builder senderKeys(SenderKeys keys) {
            this.senderKeys = keys;
            return this;
        }

        /**
         * Returns the scheme.
         *
         * @throws IllegalArgumentException if its parts do not fit each other
         */
        public DeclaredScheme build() {
            boolean inSignedBody =
                    timestamp != null && timestamp.place().kind() == Place.Kind.POINTER && signed.signsBody();
            if (timestamp != null && !signed.signsTimestamp() && !inSignedBody) {
                throw new IllegalArgumentException("The timestamp is not signed, so it would prove nothing");
            }
            if ((timestamp == null && signed.signsTimestamp()) || (id == null && signed.signsId())) {
                throw new IllegalArgumentException("What is signed names a timestamp or id that has no place");
            }
            return new DeclaredScheme(this);
        }
    }
}
