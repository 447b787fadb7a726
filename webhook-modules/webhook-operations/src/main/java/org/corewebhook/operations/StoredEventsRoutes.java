package org.corewebhook.operations;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.corewebhook.ErrorKind;
import org.corewebhook.RequestHandler;
import org.corewebhook.StoredEvents;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /admin/events} and {@code /admin/lanes} for somebody who has already proven to be the operator, such as the
 * user of a command line; never to be mounted as it is. Filters are query parameters. Thread-safe.
 */
public final class StoredEventsRoutes implements RequestHandler {

    private static final Logger log = LoggerFactory.getLogger(StoredEventsRoutes.class);

    private static final String EVENTS = "/admin/events";
    private static final String REPLAY = EVENTS + "/replay";
    private static final String PAUSE = "/admin/lanes/pause";
    private static final String RESUME = "/admin/lanes/resume";

    private final StoredEvents events;

    /** Answers with these events. */
    public StoredEventsRoutes(StoredEvents events) {
        this.events = Objects.requireNonNull(events, "events");
    }

    static boolean isOurs(String path) {
        return path.equals(EVENTS)
                || (path.startsWith(EVENTS + "/") && path.length() > EVENTS.length() + 1)
                || path.equals(PAUSE)
                || path.equals(RESUME);
    }

    @Override
    public boolean owns(String path) {
        return isOurs(path);
    }

    @Override
    public WebhookResponse handle(WebhookRequest request) {
        try {
            return route(request);
        } catch (StoreException e) {
            log.error("An administrator's request failed: {}", e.getMessage(), e);
            return WebhookResponse.problem(ErrorKind.UNAVAILABLE, "The store failed, see the log of the receiver");
        } catch (IllegalArgumentException e) {
            return WebhookResponse.problem(ErrorKind.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private WebhookResponse route(WebhookRequest request) throws StoreException {
        String path = request.path();
        String method = request.method();
        if (path.equals(REPLAY)) {
            return method.equals("POST") ? replay(query(request, null)) : only("POST");
        }
        if (path.equals(PAUSE) || path.equals(RESUME)) {
            return method.equals("POST") ? lane(path.equals(PAUSE), query(request, null)) : only("POST");
        }
        String id = path.equals(EVENTS) ? null : path.substring(EVENTS.length() + 1);
        return switch (method) {
            case "GET" -> id == null ? list(query(request, null)) : show(id, query(request, null));
            case "DELETE" -> purge(query(request, id));
            default -> only("GET, DELETE");
        };
    }

    private static AdminQuery query(WebhookRequest request, @Nullable String idInPath) {
        return AdminQuery.of(request.query(), idInPath);
    }

    private WebhookResponse list(AdminQuery query) throws StoreException {
        DeliveryFilter filter = query.filter();
        List<DeliveryView> found = events.find(filter);
        Map<String, Object> answer = new LinkedHashMap<>();
        if (found.size() < filter.limit()) {
            answer.put("events", EventJson.deliveries(found));
            return Json.answer(answer);
        }
        List<DeliveryView> page = wholeEvents(filter, found);
        answer.put("events", EventJson.deliveries(page));
        answer.put("next_before", page.get(page.size() - 1).sequence());
        return Json.answer(answer);
    }

    /** The next page starts before a sequence, so that the deliveries of one event must stand on the same page. */
    private List<DeliveryView> wholeEvents(DeliveryFilter filter, List<DeliveryView> found) throws StoreException {
        DeliveryView last = found.get(found.size() - 1);
        List<DeliveryView> page = new ArrayList<>(found);
        page.removeIf(view -> view.sequence() == last.sequence());
        return page.isEmpty() ? events.find(filter.of(last.eventId()).before(null, Integer.MAX_VALUE)) : page;
    }

    private WebhookResponse show(String id, AdminQuery query) throws StoreException {
        boolean withBody = query.wantsBody();
        return events.event(id)
                .map(view -> Json.answer(EventJson.event(view, withBody)))
                .orElseGet(() -> WebhookResponse.problem(
                        ErrorKind.NOT_FOUND,
                        "No stored event has this id: delivered events are kept only where the endpoint says retain"));
    }

    private WebhookResponse replay(AdminQuery query) throws StoreException {
        long replayed = events.replay(query.toReplay());
        log.info("An administrator replayed {} deliveries", replayed);
        return Json.answer(Map.of("replayed", replayed));
    }

    private WebhookResponse purge(AdminQuery query) throws StoreException {
        int purged = events.purge(query.toPurge());
        log.info("An administrator purged {} deliveries", purged);
        return Json.answer(Map.of("purged", purged));
    }

    private WebhookResponse lane(boolean pause, AdminQuery query) {
        String lane = query.lane();
        boolean known = pause ? events.pause(lane) : events.resume(lane);
        if (!known) {
            return WebhookResponse.problem(
                    ErrorKind.NOT_FOUND,
                    "No endpoint that acknowledges what is stored has this destination: a lane is named"
                            + " endpoint/destination, as in /admin/events and /health");
        }
        log.info("An administrator {} the lane {}", pause ? "paused" : "resumed", lane);
        return Json.answer(Map.of("lane", lane, "paused", pause));
    }

    private static WebhookResponse only(String methods) {
        return WebhookResponse.problem(ErrorKind.METHOD_NOT_ALLOWED, "Method Not Allowed")
                .with("Allow", methods);
    }
}
