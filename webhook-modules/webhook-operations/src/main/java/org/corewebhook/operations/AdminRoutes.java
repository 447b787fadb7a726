package org.corewebhook.operations;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.corewebhook.ErrorKind;
import org.corewebhook.StoredEvents;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventView;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /admin/events} and {@code /admin/lanes}: the operator's hands on stored events, for who has the admin's token.
 *
 * <p>Without a configured token, or without a store, these paths do not exist. Filters are query parameters.
 * Thread-safe.
 */
final class AdminRoutes {

    private static final Logger log = LoggerFactory.getLogger(AdminRoutes.class);

    private static final String EVENTS = "/admin/events";
    private static final String REPLAY = EVENTS + "/replay";
    private static final String PAUSE = "/admin/lanes/pause";
    private static final String RESUME = "/admin/lanes/resume";
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final Set<String> PARAMETERS =
            Set.of("id", "endpoint", "lane", "state", "from", "to", "before", "limit", "all", "body");

    private final @Nullable StoredEvents events;
    private final AccessTokens admins;

    AdminRoutes(@Nullable StoredEvents events, OperationsSettings settings) {
        this.events = events;
        this.admins = AccessTokens.of(settings.adminTokens());
    }

    boolean owns(String path) {
        return events != null && !admins.isEmpty() && (isEvents(path) || path.equals(PAUSE) || path.equals(RESUME));
    }

    WebhookResponse answer(WebhookRequest request) {
        StoredEvents stored = events;
        if (stored == null) {
            return WebhookResponse.problem(ErrorKind.NOT_FOUND, "Not Found");
        }
        AccessTokens.Proof proof = admins.check(request);
        if (proof != AccessTokens.Proof.GIVEN) {
            return proof == AccessTokens.Proof.MISSING ? AccessTokens.required() : AccessTokens.invalid();
        }
        try {
            return route(stored, request, parameters(request.query()));
        } catch (StoreException e) {
            log.error("An administrator's request failed: {}", e.getMessage(), e);
            return WebhookResponse.problem(ErrorKind.UNAVAILABLE, "The store failed, see the log of the receiver");
        } catch (IllegalArgumentException e) {
            return WebhookResponse.problem(ErrorKind.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private static WebhookResponse route(StoredEvents stored, WebhookRequest request, Map<String, String> parameters)
            throws StoreException {
        String path = request.path();
        String method = request.method();
        if (path.equals(REPLAY)) {
            return method.equals("POST") ? replay(stored, parameters) : only("POST");
        }
        if (path.equals(PAUSE) || path.equals(RESUME)) {
            return method.equals("POST") ? lane(stored, path.equals(PAUSE), parameters) : only("POST");
        }
        if (!path.equals(EVENTS)) {
            parameters.put("id", path.substring(EVENTS.length() + 1));
        }
        return switch (method) {
            case "GET" -> path.equals(EVENTS) ? list(stored, parameters) : show(stored, parameters);
            case "DELETE" -> purge(stored, parameters);
            default -> only("GET, DELETE");
        };
    }

    private static WebhookResponse list(StoredEvents stored, Map<String, String> parameters) throws StoreException {
        DeliveryFilter filter = filter(parameters);
        List<DeliveryView> found = stored.find(filter);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("events", found.stream().map(AdminRoutes::delivery).toList());
        if (found.size() == filter.limit()) {
            answer.put("next_before", found.get(found.size() - 1).sequence());
        }
        return Json.answer(answer);
    }

    private static WebhookResponse show(StoredEvents stored, Map<String, String> parameters) throws StoreException {
        boolean withBody = "true".equals(parameters.get("body"));
        return stored.event(String.valueOf(parameters.get("id")))
                .map(view -> Json.answer(event(view, withBody)))
                .orElseGet(() -> WebhookResponse.problem(
                        ErrorKind.NOT_FOUND, "No stored event has this id: delivered events are not kept"));
    }

    private static WebhookResponse replay(StoredEvents stored, Map<String, String> parameters) throws StoreException {
        DeliveryFilter filter = narrowed(parameters);
        long replayed = stored.replay(filter);
        log.info("An administrator replayed {} dead letters", replayed);
        return Json.answer(Map.of("replayed", replayed));
    }

    private static WebhookResponse purge(StoredEvents stored, Map<String, String> parameters) throws StoreException {
        int purged = stored.purge(narrowed(parameters));
        log.info("An administrator purged {} dead letters", purged);
        return Json.answer(Map.of("purged", purged));
    }

    private static WebhookResponse lane(StoredEvents stored, boolean pause, Map<String, String> parameters) {
        String lane = parameters.get("lane");
        if (lane == null) {
            throw new IllegalArgumentException("Name the lane: ?lane=endpoint/destination");
        }
        boolean known = pause ? stored.pause(lane) : stored.resume(lane);
        if (!known) {
            return WebhookResponse.problem(
                    ErrorKind.NOT_FOUND, "No lane of this name has had an event since the start");
        }
        log.info("An administrator {} the lane {}", pause ? "paused" : "resumed", lane);
        return Json.answer(Map.of("lane", lane, "paused", pause));
    }

    /** A filter that matches everything must be meant: {@code all=true}. */
    private static DeliveryFilter narrowed(Map<String, String> parameters) {
        boolean narrow =
                parameters.keySet().stream().anyMatch(Set.of("id", "endpoint", "lane", "from", "to")::contains);
        if (!narrow && !"true".equals(parameters.get("all"))) {
            throw new IllegalArgumentException("Say which: id, endpoint, lane, from, to, or all=true");
        }
        DeliveryFilter filter = filter(parameters);
        int limit = parameters.containsKey("limit") ? filter.limit() : Integer.MAX_VALUE;
        return new DeliveryFilter(
                filter.eventId(),
                filter.endpoint(),
                filter.lane(),
                DeliveryState.DEAD,
                filter.fromMillis(),
                filter.toMillis(),
                filter.beforeSequence(),
                limit);
    }

    private static DeliveryFilter filter(Map<String, String> parameters) {
        String state = parameters.get("state");
        return new DeliveryFilter(
                parameters.get("id"),
                parameters.get("endpoint"),
                parameters.get("lane"),
                state == null ? null : state(state),
                time("from", parameters),
                time("to", parameters),
                number("before", parameters, Long.MAX_VALUE),
                limit(parameters));
    }

    private static int limit(Map<String, String> parameters) {
        Long limit = number("limit", parameters, MAX_LIMIT);
        return limit == null ? DEFAULT_LIMIT : limit.intValue();
    }

    private static DeliveryState state(String text) {
        for (DeliveryState state : DeliveryState.values()) {
            if (state.key().equals(text.toLowerCase(Locale.ROOT))) {
                return state;
            }
        }
        throw new IllegalArgumentException("state must be fresh, waiting or dead");
    }

    private static @Nullable Long time(String name, Map<String, String> parameters) {
        String text = parameters.get(name);
        try {
            return text == null ? null : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(name + " must be a time like 2026-01-31T12:00:00Z", e);
        }
    }

    private static @Nullable Long number(String name, Map<String, String> parameters, long max) {
        String text = parameters.get(name);
        if (text == null) {
            return null;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number from 1 to " + max, e);
        }
        throw new IllegalArgumentException(name + " must be a number from 1 to " + max);
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            if (!PARAMETERS.contains(name)) {
                throw new IllegalArgumentException("Unknown parameter; there are: id, endpoint, lane, state, from, to,"
                        + " before, limit, all, body");
            }
            parameters.put(name, value);
        }
        return parameters;
    }

    private static Map<String, Object> event(EventView view, boolean withBody) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", view.event().id());
        fields.put("endpoint", view.event().endpoint());
        fields.put("received_at", view.event().receivedAt().toString());
        fields.put("bytes", view.event().body().length);
        fields.put("damaged", view.damaged());
        fields.put(
                "deliveries",
                view.deliveries().stream().map(AdminRoutes::delivery).toList());
        List<Map<String, Object>> attempts = new ArrayList<>();
        for (EventView.FailedAttempt attempt : view.attempts()) {
            attempts.add(Map.of("lane", attempt.lane(), "at", attempt.at().toString(), "error", attempt.error()));
        }
        fields.put("attempts", attempts);
        if (withBody) {
            fields.put(
                    "body_base64",
                    Base64.getEncoder().encodeToString(view.event().body()));
        }
        return fields;
    }

    private static Map<String, @Nullable Object> delivery(DeliveryView view) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("sequence", view.sequence());
        fields.put("id", view.eventId());
        fields.put("endpoint", view.endpoint());
        fields.put("lane", view.lane());
        fields.put("state", view.state().key());
        fields.put("attempts", view.attempts());
        fields.put("bytes", view.bodyBytes());
        fields.put("received_at", view.receivedAt().toString());
        fields.put(
                "next_attempt",
                view.nextAttempt() == null ? null : view.nextAttempt().toString());
        fields.put("last_error", view.lastError());
        return fields;
    }

    private static boolean isEvents(String path) {
        return path.equals(EVENTS) || (path.startsWith(EVENTS + "/") && path.length() > EVENTS.length() + 1);
    }

    private static WebhookResponse only(String methods) {
        return WebhookResponse.problem(ErrorKind.METHOD_NOT_ALLOWED, "Method Not Allowed")
                .with("Allow", methods);
    }
}
