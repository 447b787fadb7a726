package org.corewebhook.operations;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventView;
import org.jspecify.annotations.Nullable;

/** Stored events and their deliveries as the operator reads them. */
final class EventJson {

    private EventJson() {}

    static Map<String, Object> event(EventView view, boolean withBody) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", view.event().id());
        fields.put("endpoint", view.event().endpoint());
        fields.put("received_at", view.event().receivedAt().toString());
        fields.put("bytes", view.event().body().length);
        fields.put("damaged", view.damaged());
        fields.put("deliveries", deliveries(view.deliveries()));
        List<Map<String, Object>> attempts = new ArrayList<>();
        for (EventView.FailedAttempt attempt : view.attempts()) {
            attempts.add(Map.of("lane", attempt.lane(), "at", attempt.at().toString(), "error", attempt.error()));
        }
        fields.put("attempts", attempts);
        if (withBody) {
            List<Map<String, String>> headers = new ArrayList<>();
            for (Headers.Header header : view.event().headers()) {
                headers.add(Map.of("name", header.name(), "value", header.value()));
            }
            fields.put("headers", headers);
            fields.put(
                    "body_base64",
                    Base64.getEncoder().encodeToString(view.event().body()));
        }
        return fields;
    }

    static List<Map<String, @Nullable Object>> deliveries(List<DeliveryView> views) {
        return views.stream().map(EventJson::delivery).toList();
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
        fields.put("next_attempt", text(view.nextAttempt()));
        fields.put("kept_until", text(view.keptUntil()));
        fields.put("last_error", view.lastError());
        return fields;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
