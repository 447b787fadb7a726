package org.corewebhook.operations;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.corewebhook.ErrorKind;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.ReceiverHealth.ClosedEndpoint;
import org.corewebhook.ReceiverHealth.ConnectionHealth;
import org.corewebhook.ReceiverHealth.LaneHealth;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.configuration.Problem;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /health}, {@code /health/live} and {@code /health/ready}: how the receiver is doing.
 *
 * <p>Everybody sees numbers; names and reasons are for who has the admin's token.
 */
final class HealthRoutes {

    private static final Duration RETRY_WHILE_STOPPING = Duration.ofSeconds(5);
    private static final WebhookResponse ALIVE = Json.fixed("{\"status\":\"alive\"}");
    private static final WebhookResponse READY = Json.fixed("{\"status\":\"ready\"}");
    private static final WebhookResponse STOPPING =
            WebhookResponse.problem(ErrorKind.UNAVAILABLE, "Shutting down", RETRY_WHILE_STOPPING);

    private final Supplier<ReceiverHealth> health;
    private final AccessTokens admins;
    private final Clock clock;

    HealthRoutes(Supplier<ReceiverHealth> health, OperationsSettings settings, Clock clock) {
        this.health = health;
        this.admins = AccessTokens.of(settings.adminTokens());
        this.clock = clock;
    }

    /** Answers as long as the process answers; asks nobody. */
    WebhookResponse live() {
        return ALIVE;
    }

    /** Answers whether new webhooks are accepted. */
    WebhookResponse ready() {
        return health.get().stopping() ? STOPPING : READY;
    }

    /** Answers how things are; a token that is not the admin's is refused rather than overlooked. */
    WebhookResponse overview(WebhookRequest request) {
        AccessTokens.Proof proof = admins.isEmpty() ? AccessTokens.Proof.MISSING : admins.check(request);
        if (proof == AccessTokens.Proof.WRONG) {
            return AccessTokens.invalid();
        }
        ReceiverHealth now = health.get();
        Map<String, Object> overview = new LinkedHashMap<>();
        overview.put("status", status(now));
        overview.put("service", "webhook-service");
        overview.put("timestamp", BigDecimal.valueOf(clock.millis(), 3));
        overview.put("components", components(now));
        if (proof == AccessTokens.Proof.GIVEN) {
            overview.put("details", details(now));
        }
        return Json.answer(overview);
    }

    private static String status(ReceiverHealth now) {
        if (now.stopping()) {
            return "stopping";
        }
        boolean broken = now.problems().stream().anyMatch(problem -> problem.severity() != Problem.Severity.WARNING);
        return broken || !now.closedEndpoints().isEmpty() || failingLanes(now) > 0 ? "degraded" : "healthy";
    }

    private static Map<String, Object> components(ReceiverHealth now) {
        Map<String, Object> components = new LinkedHashMap<>();
        components.put(
                "endpoints",
                counts(
                        "configured",
                        now.endpoints(),
                        "closed",
                        now.closedEndpoints().size()));
        components.put("lanes", counts("busy", now.lanes().size(), "retrying", failingLanes(now)));
        components.put("connections", counts("used", now.connections().size(), "failing", failingConnections(now)));
        components.put("bodies", counts("bytes", now.bodyBytes(), "max_bytes", now.maxBodyBytes()));
        return components;
    }

    private static Map<String, Object> counts(String first, long firstCount, String second, long secondCount) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put(first, firstCount);
        counts.put(second, secondCount);
        return counts;
    }

    private static long failingLanes(ReceiverHealth now) {
        return now.lanes().stream().filter(lane -> !lane.state().equals("ok")).count();
    }

    private static long failingConnections(ReceiverHealth now) {
        return now.connections().stream()
                .filter(connection -> connection.state().equals("failing"))
                .count();
    }

    private static Map<String, Object> details(ReceiverHealth now) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put(
                "closed_endpoints",
                now.closedEndpoints().stream().map(HealthRoutes::endpoint).toList());
        details.put("lanes", now.lanes().stream().map(HealthRoutes::lane).toList());
        details.put(
                "connections",
                now.connections().stream().map(HealthRoutes::connection).toList());
        details.put("problems", now.problems().stream().map(Problem::toString).toList());
        return details;
    }

    private static Map<String, Object> endpoint(ClosedEndpoint closed) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", closed.id());
        fields.put("reason", closed.reason());
        fields.put("authenticates", closed.authenticates());
        return fields;
    }

    private static Map<String, @Nullable Object> connection(ConnectionHealth connection) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", connection.name());
        fields.put("type", connection.type());
        fields.put("state", connection.state());
        fields.put("last_error", connection.lastError());
        return fields;
    }

    private static Map<String, @Nullable Object> lane(LaneHealth lane) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", lane.name());
        fields.put("state", lane.state());
        fields.put("waiting", lane.waiting());
        fields.put("waiting_bytes", lane.waitingBytes());
        fields.put("delivered", lane.delivered());
        fields.put("failed", lane.failed());
        fields.put("last_error", lane.lastError());
        fields.put(
                "next_attempt",
                lane.nextAttempt() == null ? null : lane.nextAttempt().toString());
        return fields;
    }
}
