package org.corewebhook.operations;

import java.time.Instant;
import java.util.List;
import org.corewebhook.Headers;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.ReceiverHealth.ClosedEndpoint;
import org.corewebhook.ReceiverHealth.ConnectionHealth;
import org.corewebhook.ReceiverHealth.LaneHealth;
import org.corewebhook.RequestHandler;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.configuration.Problem;

/** Stands for the processor: owns {@code /webhook} and what is below, and says of itself what a test wants. */
final class FakeReceiver implements RequestHandler {

    static final ReceiverHealth HEALTHY =
            new ReceiverHealth(false, 3, List.of(), List.of(), List.of(), List.of(), 10, 1000);
    static final ReceiverHealth DEGRADED = new ReceiverHealth(
            false,
            3,
            List.of(new Problem(Problem.Severity.PROOF, "webhooks.json", "/github/hmac", 4, "Is empty")),
            List.of(new ClosedEndpoint("github", "hmac: Is empty", false)),
            List.of(
                    new LaneHealth("shop/kafka", "ok", 1, 5, 7, 0, null, null),
                    new LaneHealth(
                            "shop/http",
                            "backing_off",
                            2,
                            20,
                            3,
                            1,
                            "HTTP 500",
                            Instant.parse("2026-03-05T12:35:00Z"))),
            List.of(new ConnectionHealth("broker", "kafka", "failing", "connection refused")),
            25,
            1000);
    static final ReceiverHealth STOPPING =
            new ReceiverHealth(true, 3, List.of(), List.of(), List.of(), List.of(), 0, 1000);

    WebhookResponse response = WebhookResponse.accepted();
    ReceiverHealth health = HEALTHY;
    WebhookRequest lastRequest;

    static WebhookEvent event(String endpoint) {
        return new WebhookEvent("id", endpoint, Instant.EPOCH, Headers.empty(), new byte[0]);
    }

    @Override
    public boolean owns(String path) {
        return path.equals("/webhook") || path.startsWith("/webhook/");
    }

    @Override
    public WebhookResponse handle(WebhookRequest request) {
        lastRequest = request;
        if (response == null) {
            throw new IllegalStateException("a defect");
        }
        return response;
    }
}
