package org.corewebhook.redis;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Sends commands of many events in one go and tells what became of each; nothing is ever sent twice.
 *
 * <p>Connections are opened when they are needed and kept. Its one thread, which watches the deadlines, exists while
 * calls are under way and a little longer. Thread-safe.
 */
final class RedisClient implements AutoCloseable {

    /** A connection that has rested longer is asked whether it still stands: servers and firewalls close idle ones. */
    private static final long TRUSTED_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long IDLE_THREAD_SECONDS = 5;

    private final RedisOptions options;
    private final Semaphore free;
    private final ConcurrentLinkedDeque<RedisLink> idle = new ConcurrentLinkedDeque<>();
    private final Set<Deadline> running = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor deadlines;
    private volatile boolean closed;

    RedisClient(RedisOptions options) {
        this.options = options;
        this.free = new Semaphore(options.maxConnections(), true);
        this.deadlines = new ScheduledThreadPoolExecutor(1, RedisClient::daemon);
        deadlines.setRemoveOnCancelPolicy(true);
        deadlines.setKeepAliveTime(IDLE_THREAD_SECONDS, TimeUnit.SECONDS);
        deadlines.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "redis-deadlines");
        thread.setDaemon(true);
        return thread;
    }

    RedisOptions options() {
        return options;
    }

    /**
     * Sends the commands of all events and returns one outcome for each.
     *
     * @param commands the commands of each event, one after the other
     * @param deadline ends the call
     */
    List<DeliveryOutcome> send(List<List<CommandArguments>> commands, Deadline deadline) {
        List<DeliveryOutcome> outcomes = new ArrayList<>(commands.size());
        running.add(deadline);
        Future<?> alarm = null;
        try {
            alarm = deadlines.schedule(deadline::expire, deadline.remainingMillis(), TimeUnit.MILLISECONDS);
            exchange(commands, deadline, outcomes);
        } catch (DeliveryException e) {
            fail(commands, outcomes, e);
        } catch (RejectedExecutionException e) {
            fail(commands, outcomes, closedFailure());
        } catch (JedisException e) {
            dropIdle(); // what broke this connection has most likely broken them all
            fail(commands, outcomes, failure(e, deadline));
        } finally {
            running.remove(deadline);
            deadline.release();
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
        return outcomes;
    }

    private void exchange(List<List<CommandArguments>> commands, Deadline deadline, List<DeliveryOutcome> outcomes)
            throws DeliveryException {
        awaitTurn(deadline);
        RedisLink link = null;
        boolean reusable = false;
        try {
            link = link(deadline);
            for (List<CommandArguments> group : commands) {
                group.forEach(link::write);
            }
            boolean allDelivered = true;
            for (List<CommandArguments> group : commands) {
                DeliveryOutcome outcome = outcome(link, group.size());
                allDelivered &= outcome.failure() == null;
                outcomes.add(outcome);
            }
            reusable = allDelivered; // a replica or a missing login would be refused again
        } finally {
            if (link != null) {
                giveBack(link, reusable && deadline.reason() == null);
            }
            free.release();
        }
    }

    private void awaitTurn(Deadline deadline) throws DeliveryException {
        try {
            if (!free.tryAcquire(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
                throw DeliveryException.retryable("All connections to " + options.target() + " are busy", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DeliveryException.retryable("Interrupted while waiting for " + options.target(), e);
        }
    }

    private RedisLink link(Deadline deadline) throws DeliveryException {
        for (RedisLink link = idle.pollFirst(); link != null; link = idle.pollFirst()) {
            link.guardedBy(deadline);
            if (link.idleNanos() < TRUSTED_IDLE_NANOS || link.answers()) {
                return link;
            }
            link.close();
        }
        if (closed) {
            throw closedFailure();
        }
        return RedisLink.open(options, deadline);
    }

    private void giveBack(RedisLink link, boolean reusable) {
        if (!reusable) {
            link.close();
            return;
        }
        idle.addFirst(link);
        if (closed) {
            dropIdle();
        }
    }

    /** An event is delivered when none of its commands has failed, nor any in its transaction. */
    private DeliveryOutcome outcome(RedisLink link, int replies) {
        String error = null;
        for (int i = 0; i < replies; i++) {
            String other = error(link);
            error = error == null ? other : error;
        }
        return error == null
                ? DeliveryOutcome.delivered()
                : DeliveryOutcome.failed(RedisFailure.of(options.target(), error));
    }

    private static @Nullable String error(RedisLink link) {
        try {
            if (link.read() instanceof List<?> replies) {
                for (Object reply : replies) {
                    if (reply instanceof JedisDataException e) {
                        return String.valueOf(e.getMessage());
                    }
                }
            }
            return null;
        } catch (JedisDataException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void fail(
            List<List<CommandArguments>> commands, List<DeliveryOutcome> outcomes, DeliveryException failure) {
        while (outcomes.size() < commands.size()) {
            outcomes.add(DeliveryOutcome.failed(failure));
        }
    }

    private DeliveryException failure(JedisException cause, Deadline deadline) {
        String reason = closed ? null : deadline.reason();
        if (closed) {
            return closedFailure();
        }
        if (reason != null) {
            return DeliveryException.retryable(options.target() + " " + reason, cause);
        }
        if (cause instanceof JedisDataException) { // an error reply to our login
            return RedisFailure.of(options.target(), String.valueOf(cause.getMessage()));
        }
        return DeliveryException.retryable(options.target() + " cannot be reached", cause);
    }

    private DeliveryException closedFailure() {
        return DeliveryException.retryable("The connection to " + options.target() + " is closed", null);
    }

    private void dropIdle() {
        for (Iterator<RedisLink> links = idle.iterator(); links.hasNext(); ) {
            RedisLink link = links.next();
            if (idle.remove(link)) {
                link.close();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        deadlines.shutdownNow();
        running.forEach(Deadline::cancel);
        dropIdle();
    }

    @Override
    public String toString() {
        return options.target();
    }
}
