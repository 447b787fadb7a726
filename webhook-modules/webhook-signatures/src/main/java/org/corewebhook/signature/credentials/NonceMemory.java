package org.corewebhook.signature.credentials;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Remembers which values were used that may be used once. Bounded; thread-safe.
 *
 * <p>Ask only after the sender is proven, so that a stranger can neither fill the memory nor use up somebody's value. A
 * value is kept as 16 bytes of its SHA-256, however long it is.
 */
interface NonceMemory {

    /** What the memory knows about a value. */
    enum Verdict {
        /** It was never used and is now. */
        FIRST,
        /** It was used before. */
        USED,
        /** It cannot be remembered, so it must not be accepted now. */
        FULL
    }

    /** Notes that the value is used; nobody may accept it after {@code until}, for some other reason than this. */
    Verdict use(String value, Instant until);

    /** Returns a memory of values that become worthless with time: none is forgotten before that. */
    static NonceMemory expiring(Clock clock, long limit) {
        Cache<Key, Instant> used = Caffeine.newBuilder()
                .ticker(() -> nanos(clock.instant()))
                .executor(Runnable::run)
                .expireAfter(Expiry.<Key, Instant>creating((key, until) -> left(clock, until)))
                .build();
        return (value, until) -> {
            if (used.estimatedSize() >= limit) {
                used.cleanUp();
                if (used.estimatedSize() >= limit) {
                    return Verdict.FULL;
                }
            }
            return used.asMap().putIfAbsent(Key.of(value), until) == null ? Verdict.FIRST : Verdict.USED;
        };
    }

    /** Returns a memory of the latest values: for those that never become worthless, the oldest are forgotten. */
    static NonceMemory latest(int limit) {
        Map<Key, Boolean> used = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
                return size() > limit;
            }
        };
        Object lock = new Object();
        return (value, until) -> {
            Key key = Key.of(value);
            synchronized (lock) {
                return used.putIfAbsent(key, true) == null ? Verdict.FIRST : Verdict.USED;
            }
        };
    }

    private static Duration left(Clock clock, Instant until) {
        Duration left = Duration.between(clock.instant(), until);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    /** The first 16 bytes of a SHA-256. */
    record Key(long high, long low) {

        static Key of(String value) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
                ByteBuffer bytes = ByteBuffer.wrap(hash);
                return new Key(bytes.getLong(), bytes.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }
    }
}
