package org.corewebhook.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;

/** A module that delivers into memory, sound or with one fault, to see what the contract says. */
public final class Specimen implements OutputModule {

    enum Fault {
        NONE,
        LOSES_A_BYTE,
        DROPS_EMPTY_BODIES,
        CUTS_LARGE_BODIES,
        REVERSES_BATCHES,
        DELIVERS_TWICE,
        LOSES_CONCURRENT_EVENTS,
        RETURNS_TOO_FEW_OUTCOMES,
        GIVES_UP_WHEN_UNREACHABLE,
        TAKES_TOO_LONG,
        RETRIES_WHAT_IS_REFUSED,
        CANNOT_BE_CLOSED_TWICE,
        LEAVES_A_THREAD,
        REPORTS_ONE_PROBLEM_ONLY,
        QUOTES_A_BAD_VALUE,
        SECRET_IN_MESSAGE,
        SECRET_IN_CAUSE,
        SECRET_IN_TO_STRING,
        SECRET_IN_OUTPUT,
        HIDES_BEHIND_ANOTHER_NAME
    }

    static final List<byte[]> DESTINATION = new CopyOnWriteArrayList<>();
    static volatile Fault fault = Fault.NONE;

    private final String to;
    private final String password;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::waitForTheEnd, "specimen");
    private boolean closed;

    private Specimen(String to, String password) {
        this.to = to;
        this.password = password;
    }

    public static final class Provider implements OutputModuleProvider {

        public Provider() {}

        @Override
        public String name() {
            return fault == Fault.HIDES_BEHIND_ANOTHER_NAME ? "specimen-" + System.nanoTime() : "specimen";
        }

        @Override
        public OutputModule create(Settings settings, SharedConnection connection) {
            String to = settings.requireString("to");
            if (fault != Fault.REPORTS_ONE_PROBLEM_ONLY) {
                settings.count("size", 1, 1, 9);
            }
            if (fault == Fault.QUOTES_A_BAD_VALUE) {
                settings.warning("password", settings.string("password", ""));
            }
            return new Specimen(to, settings.string("password", ""));
        }
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        if (to.equals("refusal")) {
            throw fault == Fault.RETRIES_WHAT_IS_REFUSED
                    ? DeliveryException.retryable("Refused", null)
                    : DeliveryException.permanent("Refused", null);
        }
        if (to.equals("nowhere")) {
            throw unreachable();
        }
        if (fault == Fault.LEAVES_A_THREAD && !thread.isAlive()) {
            thread.setDaemon(true);
            thread.start();
        }
        byte[] body = event.body();
        boolean lost = (fault == Fault.DROPS_EMPTY_BODIES && body.length == 0)
                || (fault == Fault.LOSES_CONCURRENT_EVENTS
                        && Thread.currentThread().getName().startsWith("pool-")
                        && body[body.length - 2] == '7');
        if (lost) {
            return;
        }
        if ((fault == Fault.LOSES_A_BYTE && body.length == 256)
                || (fault == Fault.CUTS_LARGE_BODIES && body.length > 1 << 20)) {
            body = Arrays.copyOf(body, body.length - 1);
        }
        DESTINATION.add(body);
        if (fault == Fault.DELIVERS_TWICE) {
            DESTINATION.add(body);
        }
    }

    private DeliveryException unreachable() {
        if (fault == Fault.TAKES_TOO_LONG) {
            long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
        if (fault == Fault.SECRET_IN_OUTPUT) {
            System.err.println("Cannot log in with " + password);
        }
        if (fault == Fault.GIVES_UP_WHEN_UNREACHABLE) {
            return DeliveryException.permanent("Nobody answers", null);
        }
        String message = fault == Fault.SECRET_IN_MESSAGE ? "Nobody answers " + password : "Nobody answers";
        Exception cause = fault == Fault.SECRET_IN_CAUSE ? new Exception(password) : null;
        return DeliveryException.retryable(message, cause);
    }

    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        List<WebhookEvent> ordered = new ArrayList<>(events);
        if (fault == Fault.REVERSES_BATCHES) {
            Collections.reverse(ordered);
        }
        List<DeliveryOutcome> outcomes = OutputModule.super.deliverAll(ordered);
        return fault == Fault.RETURNS_TOO_FEW_OUTCOMES ? outcomes.subList(1, outcomes.size()) : outcomes;
    }

    @Override
    public int maxBatch() {
        return 10;
    }

    @Override
    public Duration timeout() {
        return Duration.ofMillis(100);
    }

    @Override
    public void close() {
        if (closed && fault == Fault.CANNOT_BE_CLOSED_TWICE) {
            throw new IllegalStateException("Already closed");
        }
        closed = true;
    }

    private void waitForTheEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return fault == Fault.SECRET_IN_TO_STRING ? "specimen " + password : "specimen";
    }
}
