package org.corewebhook.signature.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers answers of other servers for as long as each one holds, and asks once however many threads want the same.
 *
 * <p>Failures are remembered for a short while, too: a server that is down is not asked again by every request. The
 * number of answers is bounded. Thread-safe.
 *
 * @param <K> what is asked for
 * @param <V> what is found
 */
public final class RemoteLookup<K, V> {

    private final Loader<K, V> loader;
    private final Duration failureMemory;
    private final Duration patience;
    private final Cache<K, Outcome<V>> outcomes;
    private final ConcurrentMap<K, CompletableFuture<Outcome<V>>> underWay = new ConcurrentHashMap<>();

    /**
     * Makes an empty memory.
     *
     * @param clock tells when answers expire
     * @param maxEntries how many answers are kept
     * @param failureMemory how long a failure is remembered
     * @param patience how long a thread waits for another one's question
     * @param loader asks the other server
     */
    public RemoteLookup(Clock clock, int maxEntries, Duration failureMemory, Duration patience, Loader<K, V> loader) {
        this.loader = loader;
        this.failureMemory = failureMemory;
        this.patience = patience;
        this.outcomes = Caffeine.newBuilder()
                .maximumSize(maxEntries)
                .ticker(() -> nanos(clock.instant()))
                .executor(Runnable::run)
                .expireAfter(Expiry.<K, Outcome<V>>creating((key, outcome) -> outcome.holds()))
                .build();
    }

    /** Asks another server; called by one thread at a time for each key. */
    @FunctionalInterface
    public interface Loader<K, V> {
        /** Returns the answer and how long it holds. */
        Found<V> load(K key) throws RemoteException;
    }

    /**
     * An answer.
     *
     * @param value what was found
     * @param holds how long it may be used; zero or less if only for those who wait for it now
     */
    public record Found<V>(V value, Duration holds) {}

    /** Returns the answer for this key, from memory or from the other server. */
    public V get(K key) throws RemoteException {
        Outcome<V> known = outcomes.getIfPresent(key);
        return (known == null ? fetch(key) : known).value();
    }

    private Outcome<V> fetch(K key) throws RemoteException {
        CompletableFuture<Outcome<V>> mine = new CompletableFuture<>();
        CompletableFuture<Outcome<V>> other = underWay.putIfAbsent(key, mine);
        if (other != null) {
            return await(other);
        }
        try {
            Outcome<V> outcome = outcomes.getIfPresent(key); // another thread may have been faster
            if (outcome == null) {
                outcome = load(key);
                outcomes.put(key, outcome);
            }
            mine.complete(outcome);
            return outcome;
        } finally {
            underWay.remove(key, mine);
            // Changes nothing unless the loader is defective; those who wait must not wait in vain.
            mine.cancel(false);
        }
    }

    private Outcome<V> load(K key) {
        try {
            Found<V> found = loader.load(key);
            Duration holds = found.holds().isNegative() ? Duration.ZERO : found.holds();
            return new Outcome<>(found.value(), null, holds);
        } catch (RemoteException e) {
            return new Outcome<>(null, e, failureMemory);
        }
    }

    private Outcome<V> await(CompletableFuture<Outcome<V>> other) throws RemoteException {
        try {
            return other.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("Interrupted while another request asks", e);
        } catch (ExecutionException | TimeoutException | java.util.concurrent.CancellationException e) {
            throw new RemoteException("Another request asks and has no answer yet", e);
        }
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    /** What came of a question: a value or a failure. */
    private record Outcome<V>(@Nullable V result, @Nullable RemoteException failure, Duration holds) {

        V value() throws RemoteException {
            if (result == null) {
                throw new RemoteException(
                        failure == null ? "No answer" : String.valueOf(failure.getMessage()), failure);
            }
            return result;
        }
    }
}
