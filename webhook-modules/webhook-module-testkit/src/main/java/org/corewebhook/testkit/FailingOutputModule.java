package org.corewebhook.testkit;

import java.util.List;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;

/** An output that fails at first and records from then on, for tests of retries and dead letters. Thread-safe. */
public final class FailingOutputModule implements OutputModule {

    private final Object lock = new Object();
    private final RecordingOutputModule recording = new RecordingOutputModule();
    private final boolean retryable;
    private long failuresLeft;
    private int attempts;

    private FailingOutputModule(boolean retryable, long failures) {
        this.retryable = retryable;
        this.failuresLeft = failures;
    }

    /** Returns an output whose first so many deliveries fail in a way that may pass. */
    public static FailingOutputModule retryably(int times) {
        return new FailingOutputModule(true, times);
    }

    /** Returns an output that refuses its first so many deliveries for good. */
    public static FailingOutputModule permanently(int times) {
        return new FailingOutputModule(false, times);
    }

    /** Returns an output that fails in a way that may pass until {@link #recover()}. */
    public static FailingOutputModule retryablyUntilRecovered() {
        return new FailingOutputModule(true, Long.MAX_VALUE);
    }

    /** Returns an output that refuses everything for good until {@link #recover()}. */
    public static FailingOutputModule permanentlyUntilRecovered() {
        return new FailingOutputModule(false, Long.MAX_VALUE);
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        synchronized (lock) {
            attempts++;
            if (failuresLeft > 0) {
                failuresLeft--;
                throw retryable
                        ? DeliveryException.retryable("The destination is down", null)
                        : DeliveryException.permanent("The destination refuses the event", null);
            }
        }
        recording.deliver(event);
    }

    /** From now on deliveries succeed. */
    public void recover() {
        synchronized (lock) {
            failuresLeft = 0;
        }
    }

    /** Returns how many deliveries were tried, failed ones included. */
    public int attempts() {
        synchronized (lock) {
            return attempts;
        }
    }

    /** Returns what records the deliveries that succeed. */
    public RecordingOutputModule recording() {
        return recording;
    }

    /** Returns the events whose delivery succeeded, in order. */
    public List<WebhookEvent> events() {
        return recording.events();
    }

    @Override
    public void close() {
        recording.close();
    }

    @Override
    public String toString() {
        return "FailingOutputModule";
    }
}
