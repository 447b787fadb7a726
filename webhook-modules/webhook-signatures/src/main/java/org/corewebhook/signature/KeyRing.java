package org.corewebhook.signature;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.corewebhook.signature.key.SignedContent;
import org.corewebhook.signature.key.VerificationKey;
import org.corewebhook.signature.scheme.Proof;
import org.corewebhook.signature.scheme.SchemeKey;
import org.jspecify.annotations.Nullable;

/** The keys of an endpoint, and which of them are in use; thread-safe. */
final class KeyRing {

    private static final long NEVER = Long.MIN_VALUE;

    private final List<Entry> entries = new ArrayList<>();

    /** Takes the keys, the newest first. */
    KeyRing(List<SignatureKey> keys, @Nullable SchemeKey kind) {
        for (SignatureKey key : keys) {
            if (kind != null) {
                entries.add(new Entry(key, kind.decode(key.secret())));
            }
        }
    }

    /** One key, ready to verify. */
    static final class Entry {
        private final SignatureKey key;
        private final VerificationKey verification;
        private final LongAdder matches = new LongAdder();
        private final AtomicLong lastMatch = new AtomicLong(NEVER);
        private final Verdict proven;

        Entry(SignatureKey key, VerificationKey verification) {
            this.key = key;
            this.verification = verification;
            this.proven = new Verdict(null, "", key.label(), null);
        }

        SignatureKey key() {
            return key;
        }

        /** Returns the verdict on what this key proves where no time counts; always the same. */
        Verdict proven() {
            return proven;
        }

        void matchedAt(Instant now) {
            matches.increment();
            long millis = now.toEpochMilli();
            if (lastMatch.get() != millis) { // threads share this cache line: it is not written more often than needed
                lastMatch.set(millis);
            }
        }

        KeyUse use() {
            long last = lastMatch.get();
            return new KeyUse(key.label(), matches.sum(), last == NEVER ? null : Instant.ofEpochMilli(last));
        }
    }

    /**
     * Returns for each key whether it proves the proof. All keys are tried with all contents and all signatures, valid
     * at this time or not, so that the time it takes tells nothing.
     */
    boolean[] prove(Proof proof) {
        boolean[] proven = new boolean[entries.size()];
        for (int i = 0; i < proven.length; i++) {
            proven[i] = holds(proof, entries.get(i).verification);
        }
        return proven;
    }

    static boolean holds(Proof proof, VerificationKey key) {
        boolean holds = false;
        List<SignedContent> contents = proof.contents();
        for (int i = 0; i < contents.size(); i++) {
            holds |= key.verifies(contents.get(i), proof.signatures());
        }
        return holds;
    }

    Entry entry(int index) {
        return entries.get(index);
    }

    /** Tells whether a newer key is valid, too, so that the sender should have moved to it. */
    boolean isOld(int index, Instant now) {
        for (int i = 0; i < index; i++) {
            if (entries.get(i).key.isValidAt(now)) {
                return true;
            }
        }
        return false;
    }

    List<KeyUse> uses() {
        return entries.stream().map(Entry::use).toList();
    }
}
