package org.corewebhook.output;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.corewebhook.WebhookEvent;
import org.corewebhook.payload.JsonPrinter;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;

/** Prints one JSON object per event with one write, so that the lines of threads do not mix. */
final class LogOutput implements OutputModule {

    private static final int CONCURRENCY = 64;

    private final Supplier<PrintStream> destination;
    private final EventText text;
    private final boolean indented;

    LogOutput(PrintStream destination, boolean redact, boolean indented) {
        this(() -> destination, redact, indented);
    }

    LogOutput(Supplier<PrintStream> destination, boolean redact, boolean indented) {
        this.destination = destination;
        this.text = new EventText(redact);
        this.indented = indented;
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        byte[] line = (lines(event) + "\n").getBytes(StandardCharsets.UTF_8);
        PrintStream out = destination.get();
        out.write(line, 0, line.length);
        // flushes; a PrintStream reports no failure and forgets none, so it fails from then on
        if (out.checkError()) {
            String message = "Standard output cannot be written to: see that its reader runs and its disk has space, "
                    + "then restart this process";
            throw DeliveryException.retryable(message, null);
        }
    }

    @Override
    public int concurrency() {
        return CONCURRENCY;
    }

    /** Zero: a local write, not worth a watch. */
    @Override
    public Duration timeout() {
        return Duration.ZERO;
    }

    private String lines(WebhookEvent event) {
        byte[] json = text.json(event).getBytes(StandardCharsets.UTF_8);
        String printed = indented ? JsonPrinter.indented(json) : JsonPrinter.oneLine(json, Integer.MAX_VALUE);
        if (printed == null) {
            throw new IllegalStateException("The text of an event must be JSON");
        }
        return printed;
    }
}
