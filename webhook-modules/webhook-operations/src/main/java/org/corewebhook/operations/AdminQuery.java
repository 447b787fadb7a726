package org.corewebhook.operations;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.jspecify.annotations.Nullable;

/**
 * What an operator's request asks for: the parameters of its query, and its path's id.
 *
 * <p>All methods throw {@link IllegalArgumentException} with a text that says how to ask right.
 */
final class AdminQuery {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final List<String> NAMES =
            List.of("id", "endpoint", "lane", "state", "from", "to", "before", "limit", "all", "body");
    private static final List<String> NARROWING = List.of("id", "endpoint", "lane", "from", "to");

    private final Map<String, String> values = new LinkedHashMap<>();

    private AdminQuery() {}

    /** Reads a raw query; an id that is not null stands in the path. */
    static AdminQuery of(@Nullable String query, @Nullable String idInPath) {
        AdminQuery parsed = new AdminQuery();
        if (query != null && !query.isEmpty()) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                parsed.put(name, equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        if (idInPath != null) {
            parsed.put("id", idInPath);
        }
        return parsed;
    }

    /** Returns the filter for what is to be shown. */
    DeliveryFilter filter() {
        String state = values.get("state");
        return new DeliveryFilter(
                values.get("id"),
                values.get("endpoint"),
                values.get("lane"),
                state == null ? null : state(state),
                time("from"),
                time("to"),
                number("before", Long.MAX_VALUE),
                limit(DEFAULT_LIMIT));
    }

    /**
     * Returns the filter for what is to be replayed: dead letters, by id also what is delivered and kept, unless
     * {@code state} says it.
     */
    DeliveryFilter toReplay() {
        return narrowed(values.containsKey("id") ? null : DeliveryState.DEAD, "replayed");
    }

    /** Returns the filter for what is to be forgotten: dead letters unless {@code state} is {@code done}. */
    DeliveryFilter toPurge() {
        return narrowed(DeliveryState.DEAD, "purged");
    }

    /** Returns the lane that is meant. */
    String lane() {
        String lane = values.get("lane");
        if (lane == null || lane.isBlank()) {
            throw new IllegalArgumentException("Name the lane: ?lane=endpoint/destination");
        }
        return lane;
    }

    boolean wantsBody() {
        return flag("body");
    }

    /** A filter that matches everything must be meant: {@code all=true}. */
    private DeliveryFilter narrowed(@Nullable DeliveryState standard, String what) {
        if (values.keySet().stream().noneMatch(NARROWING::contains) && !flag("all")) {
            throw new IllegalArgumentException("Say which: id, endpoint, lane, from, to, or all=true");
        }
        DeliveryFilter filter = filter();
        if (filter.state() != null && filter.state() != DeliveryState.DEAD && filter.state() != DeliveryState.DONE) {
            throw new IllegalArgumentException(
                    "Only dead and done deliveries can be " + what + ": all others are on their way");
        }
        return filter.in(filter.state() == null ? standard : filter.state())
                .before(filter.beforeSequence(), limit(Integer.MAX_VALUE));
    }

    private void put(String name, String value) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("Unknown parameter; there are: " + String.join(", ", NAMES));
        }
        if (values.put(name, value) != null) {
            throw new IllegalArgumentException("The parameter " + name + " stands twice");
        }
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("A percent sign in the query must be followed by two hex digits", e);
        }
    }

    private static DeliveryState state(String text) {
        for (DeliveryState state : DeliveryState.values()) {
            if (state.key().equals(text.toLowerCase(Locale.ROOT))) {
                return state;
            }
        }
        throw new IllegalArgumentException("state must be fresh, held, waiting, dead or done");
    }

    private boolean flag(String name) {
        String text = values.get(name);
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(name + " must be true or false");
        }
        return "true".equals(text);
    }

    private int limit(int standard) {
        Long limit = number("limit", MAX_LIMIT);
        return limit == null ? standard : limit.intValue();
    }

    private @Nullable Long time(String name) {
        String text = values.get(name);
        try {
            return text == null ? null : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException(name + " must be a time like 2026-01-31T12:00:00Z", e);
        }
    }

    private @Nullable Long number(String name, long max) {
        String text = values.get(name);
        if (text == null) {
            return null;
        }
        String problem = name + " must be a number from 1 to " + max;
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(problem, e);
        }
        throw new IllegalArgumentException(problem);
    }
}
