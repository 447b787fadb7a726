package org.corewebhook.signature;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.corewebhook.signature.key.VerificationKey;
import org.corewebhook.signature.scheme.Proof;
import org.corewebhook.signature.scheme.SignatureFailure;
import org.corewebhook.signature.scheme.SignatureScheme;
import org.corewebhook.signature.scheme.SignedRequest;
import org.corewebhook.signature.scheme.UnprovenException;
import org.jspecify.annotations.Nullable;

/** The engine: what a scheme has read is proven with the keys, and then its time with the clock. Thread-safe. */
final class Verification {

    private static final Verdict WRONG =
            new Verdict(SignatureFailure.WRONG_SIGNATURE, "No key of this endpoint has signed this", null, null);

    /** By a key that the request names. */
    private static final Verdict PROVEN = new Verdict(null, "", null, null);

    private final SignatureScheme scheme;
    private final KeyRing keys;
    private final Duration past;
    private final Duration future;

    /** Takes how old a signature may be (zero for any age) and how far ahead. */
    Verification(SignatureScheme scheme, KeyRing keys, Duration past, Duration future) {
        this.scheme = scheme;
        this.keys = keys;
        this.past = past;
        this.future = future;
    }

    /** What came of it, and with which key of the ring; -1 for none. */
    record Result(Verdict verdict, int key) {

        static Result of(Verdict verdict) {
            return new Result(verdict, -1);
        }
    }

    /** Verifies what came in now. */
    Result verify(SignedRequest request, Instant now) {
        List<Proof> proofs;
        try {
            proofs = scheme.proofs(request);
        } catch (UnprovenException e) {
            return Result.of(new Verdict(e.failure(), String.valueOf(e.getMessage()), null, null));
        }
        if (proofs.isEmpty()) {
            return Result.of(new Verdict(SignatureFailure.MISSING, "The request offers no proof", null, null));
        }
        boolean sender = true;
        boolean[] proven = null;
        Instant oldest = null;
        for (int i = 0; i < proofs.size(); i++) { // no early exit: all proofs, all keys, all candidates
            Proof proof = proofs.get(i);
            VerificationKey senderKey = proof.senderKey();
            if (senderKey == null) {
                boolean[] these = keys.prove(proof);
                proven = proven == null ? these : both(proven, these);
            } else {
                sender &= KeyRing.holds(proof, senderKey);
            }
            oldest = earlier(oldest, proof.time());
        }
        return sender ? judged(proven, oldest, now) : Result.of(WRONG);
    }

    private Result judged(boolean @Nullable [] proven, @Nullable Instant time, Instant now) {
        if (proven == null) {
            return Result.of(timely(PROVEN, time, now));
        }
        int valid = -1;
        int invalid = -1;
        for (int i = proven.length - 1; i >= 0; i--) {
            if (proven[i]) {
                boolean inWindow = keys.entry(i).key().isValidAt(now);
                valid = inWindow ? i : valid;
                invalid = inWindow ? invalid : i;
            }
        }
        if (valid < 0) {
            return Result.of(
                    invalid < 0 ? WRONG : outOfWindow(keys.entry(invalid).key()));
        }
        return new Result(timely(keys.entry(valid).proven(), time, now), valid);
    }

    private Verdict timely(Verdict proven, @Nullable Instant time, Instant now) {
        if (time == null || past.isZero()) {
            return proven;
        }
        String label = proven.keyLabel();
        Duration age = Duration.between(time, now);
        if (age.compareTo(past) > 0) {
            String detail = "Signed " + age.toSeconds() + " s ago, " + past.toSeconds() + " s are allowed";
            return new Verdict(SignatureFailure.TOO_OLD, detail, label, age);
        }
        Duration ahead = Duration.between(now, time); // not age.negated(), which computes with big decimals
        if (ahead.compareTo(future) > 0) {
            String detail =
                    "Signed " + ahead.toSeconds() + " s ahead of our clock, " + future.toSeconds() + " s are allowed";
            return new Verdict(SignatureFailure.TOO_NEW, detail, label, age);
        }
        return new Verdict(null, "", label, age);
    }

    private static Verdict outOfWindow(SignatureKey key) {
        String detail = "Signed with the key " + key.label() + ", which is not valid at this time";
        return new Verdict(SignatureFailure.KEY_NOT_VALID, detail, key.label(), null);
    }

    private static boolean[] both(boolean[] some, boolean[] others) {
        boolean[] both = Arrays.copyOf(some, some.length);
        for (int i = 0; i < both.length; i++) {
            both[i] &= others[i];
        }
        return both;
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }
}
