package org.corewebhook.rabbitmq;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/**
 * One broker: a connection that is opened when a call needs it, and again by the next call after it broke.
 *
 * <p>Each call has its time: when that is over the socket is closed under it, whatever it waits for. The client's own
 * recovery is off, because it would make calls wait that had better fail and be tried again. Thread-safe.
 */
final class Broker implements AutoCloseable {

    /** Beats hearts and watches deadlines: two, because a beat may hang in a socket that nobody reads. */
    private static final int TIMER_THREADS = 2;

    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final BrokerOptions options;
    private final ScheduledThreadPoolExecutor timers;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Link link;
    private volatile @Nullable Sockets openingSockets;
    private volatile boolean closed;

    Broker(BrokerOptions options) {
        this.options = options;
        this.timers = new ScheduledThreadPoolExecutor(TIMER_THREADS, work -> {
            Thread thread = new Thread(work, "rabbitmq-timer");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        timers.setKeepAliveTime(10, TimeUnit.SECONDS);
        timers.allowCoreThreadTimeOut(true);
        timers.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Publishes the batch and returns when each message has an answer, or fails within the timeout. */
    void publish(Batch batch, Duration timeout) throws DeliveryException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Link open = link(deadline);
        Future<?> watch = atDeadline(deadline, open.sockets());
        try {
            open.publish(batch, deadline - timeout.toNanos() / 10);
        } finally {
            watch.cancel(false);
        }
    }

    private Link link(long deadline) throws DeliveryException {
        Link open = link;
        return open != null && open.isOpen() ? open : openOnce(deadline);
    }

    private Link openOnce(long deadline) throws DeliveryException {
        try {
            if (!opening.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw DeliveryException.retryable("RabbitMQ at " + options.target() + " does not answer", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DeliveryException.retryable("Interrupted while waiting for RabbitMQ at " + options.target(), e);
        }
        try {
            Link open = link;
            if (open == null || !open.isOpen()) {
                open = open(deadline);
                link = open;
            }
            return open;
        } finally {
            opening.unlock();
        }
    }

    private Link open(long deadline) throws DeliveryException {
        long latest = System.nanoTime() + options.timeout().toNanos();
        Sockets sockets = new Sockets();
        openingSockets = sockets;
        Future<?> watch = atDeadline(deadline - latest < 0 ? deadline : latest, sockets);
        try {
            requireNotClosed();
            Link open = Link.open(options, sockets, timers);
            if (closed) {
                open.close(Duration.ZERO);
            }
            requireNotClosed();
            return open;
        } catch (IOException | TimeoutException | RuntimeException e) {
            sockets.close();
            throw Failures.opening(options, e);
        } finally {
            watch.cancel(false);
            openingSockets = null;
        }
    }

    private Future<?> atDeadline(long deadline, Sockets sockets) {
        return timers.schedule(sockets::close, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void requireNotClosed() throws DeliveryException {
        if (closed) {
            throw DeliveryException.retryable("The connection to " + options.target() + " is closed", null);
        }
    }

    @Override
    public void close() {
        closed = true;
        Sockets half = openingSockets;
        if (half != null) {
            half.close();
        }
        Link open = link;
        if (open != null) {
            Future<?> watch = atDeadline(System.nanoTime() + 2 * CLOSING.toNanos(), open.sockets());
            open.close(CLOSING);
            watch.cancel(false);
        }
        timers.shutdownNow();
    }

    @Override
    public String toString() {
        return "RabbitMQ at " + options.target();
    }
}
