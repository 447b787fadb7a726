package org.corewebhook.war;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Answers of the admin API as text for people. */
final class EventsTable {

    private static final int MAX_ERROR = 80;

    private EventsTable() {}

    static String deliveries(JsonNode deliveries) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "LANE", "STATE", "ATTEMPTS", "BYTES", "RECEIVED", "NEXT OR KEPT UNTIL", "LAST ERROR"));
        for (JsonNode delivery : deliveries) {
            String next = text(delivery, "next_attempt");
            rows.add(List.of(
                    text(delivery, "id"),
                    text(delivery, "lane"),
                    text(delivery, "state"),
                    text(delivery, "attempts"),
                    text(delivery, "bytes"),
                    text(delivery, "received_at"),
                    next.isEmpty() ? text(delivery, "kept_until") : next,
                    shortened(text(delivery, "last_error"))));
        }
        return table(rows);
    }

    static String event(JsonNode event) {
        StringBuilder text = new StringBuilder();
        for (String field : List.of("id", "endpoint", "received_at", "bytes", "damaged")) {
            text.append(field).append(": ").append(text(event, field)).append('\n');
        }
        text.append('\n').append(deliveries(event.path("deliveries")));
        for (JsonNode attempt : event.path("attempts")) {
            text.append("failed ")
                    .append(text(attempt, "at"))
                    .append("  ")
                    .append(text(attempt, "lane"))
                    .append("  ")
                    .append(text(attempt, "error"))
                    .append('\n');
        }
        return text.toString();
    }

    private static String table(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** Errors quote what destinations said: control characters must not reach the terminal. */
    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isNull() ? "" : value.asText().replaceAll("\\p{Cntrl}", "?");
    }

    private static String shortened(String text) {
        return text.length() <= MAX_ERROR ? text : text.substring(0, MAX_ERROR - 1) + "…";
    }
}
