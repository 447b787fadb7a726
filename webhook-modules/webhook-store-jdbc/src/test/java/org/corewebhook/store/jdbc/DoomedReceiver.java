package org.corewebhook.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;

/** A receiver in a process of its own that tests kill: it sends events to itself and prints which were accepted. */
final class DoomedReceiver {

    static final int SENDERS = 4;

    private DoomedReceiver() {}

    /** Takes the location of the store and the file for what is delivered. */
    public static void main(String[] arguments) throws Exception {
        OutputStream arrivals = new FileOutputStream(arguments[1], true);
        PrintStream accepted = new PrintStream(System.out, true, UTF_8);
        WebhookProcessor processor = processor(arguments[0], body -> {
            synchronized (arrivals) {
                arrivals.write((body + "\n").getBytes(UTF_8));
            }
        });
        for (int sender = 0; sender < SENDERS; sender++) {
            String name = "doomed-" + sender;
            new Thread(() -> send(processor, name, accepted)).start();
        }
    }

    /** Takes what is delivered. */
    @FunctionalInterface
    interface Arrivals {
        void arrived(String body) throws IOException;
    }

    /** Makes a receiver with a relaxed and a strict endpoint whose destinations take some milliseconds. */
    static WebhookProcessor processor(String location, Arrivals arrivals) {
        return WebhookProcessor.builder()
                .store(location)
                .endpoint(
                        "relaxed",
                        endpoint -> endpoint.acknowledge(Acknowledge.STORED).output("out", slow(arrivals)))
                .endpoint(
                        "strict",
                        endpoint -> endpoint.acknowledge(Acknowledge.STORED)
                                .set("ordering", "strict")
                                .output("out", slow(arrivals)))
                .build();
    }

    private static OutputModule slow(Arrivals arrivals) {
        return new OutputModule() {
            @Override
            public void deliver(WebhookEvent event) throws DeliveryException {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                try {
                    arrivals.arrived(new String(event.body(), UTF_8));
                } catch (IOException e) {
                    throw DeliveryException.retryable("The file cannot be written", e);
                }
            }
        };
    }

    private static void send(WebhookProcessor processor, String sender, PrintStream accepted) {
        for (int i = 0; true; i++) {
            for (String endpoint : new String[] {"relaxed", "strict"}) {
                String body = "{\"event\":\"" + endpoint + " " + sender + " " + i + "\"}";
                if (post(processor, endpoint, body) == 200) {
                    accepted.println(body);
                }
            }
        }
    }

    static int post(WebhookProcessor processor, String endpoint, String body) {
        return processor
                .process(WebhookRequest.post("/webhook/" + endpoint)
                        .header("Content-Type", "application/json")
                        .body(body)
                        .build())
                .status();
    }
}
