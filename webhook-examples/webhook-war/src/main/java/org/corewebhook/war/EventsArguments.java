package org.corewebhook.war;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code java -jar webhook.war events …} was asked.
 *
 * @param verb what to do
 * @param filters parameters for {@code /admin}
 * @param json the answer is printed as it is
 * @param url where the receiver listens, or null if that is to be found out
 */
record EventsArguments(
        Verb verb,
        Map<String, String> filters,
        boolean json,
        @Nullable URI url) {

    static final String USAGE = """
            usage: java -jar webhook.war events COMMAND [OPTION]...
              list                shows stored deliveries, newest first
              show ID             shows one event with its deliveries and failed attempts
              replay [ID]         delivers dead letters once more; with --state done what is kept after delivery
              purge [ID]          forgets dead letters; with --state done what is kept after delivery
              pause LANE          begins no more deliveries of a running receiver's lane
              resume LANE         goes on with them
            which:    --id ID --endpoint ENDPOINT --lane ENDPOINT/DESTINATION --state fresh|held|waiting|dead|done
                      --from TIME --to TIME (2026-01-31T12:00:00Z) --limit N --before N (next page) --all
            output:   --json, --body (with show)
            receiver: --url URL, by default http://HOST:PORT, with the token in ADMIN_TOKEN; if none is running,
                      the store in WEBHOOK_STORE is opened""";

    /** The commands. */
    enum Verb {
        LIST("GET", "/admin/events"),
        SHOW("GET", "/admin/events/"),
        REPLAY("POST", "/admin/events/replay"),
        PURGE("DELETE", "/admin/events"),
        PAUSE("POST", "/admin/lanes/pause"),
        RESUME("POST", "/admin/lanes/resume");

        private final String method;
        private final String path;

        Verb(String method, String path) {
            this.method = method;
            this.path = path;
        }

        /** Returns what an argument without a name means, or null if there is none. */
        private @Nullable String operand() {
            return switch (this) {
                case LIST -> null;
                case SHOW, REPLAY, PURGE -> "id";
                case PAUSE, RESUME -> "lane";
            };
        }

        private static Verb of(String name) throws CommandFailedException {
            for (Verb verb : values()) {
                if (verb.name().equalsIgnoreCase(name)) {
                    return verb;
                }
            }
            throw wrong("Unknown command " + name);
        }
    }

    /** Reads what stands behind {@code events}. */
    static EventsArguments parse(List<String> arguments) throws CommandFailedException {
        if (arguments.isEmpty()) {
            throw wrong("Say what to do");
        }
        Verb verb = Verb.of(arguments.get(0));
        Map<String, String> filters = new LinkedHashMap<>();
        boolean json = false;
        URI url = null;
        for (int i = 1; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--json" -> json = true;
                case "--all", "--body" -> filters.put(argument.substring(2), "true");
                case "--id", "--endpoint", "--lane", "--state", "--from", "--to", "--limit", "--before" ->
                    filters.put(argument.substring(2), value(arguments, ++i));
                case "--url" -> url = url(value(arguments, ++i));
                default -> operand(verb, argument, filters);
            }
        }
        if ((verb == Verb.SHOW && !filters.containsKey("id")) || (lanes(verb) && !filters.containsKey("lane"))) {
            throw wrong("Name the " + verb.operand());
        }
        return new EventsArguments(verb, filters, json, url);
    }

    String method() {
        return verb.method;
    }

    /** Returns the path and the query of the request to the receiver. */
    String path() {
        List<String> pairs = new ArrayList<>();
        StringBuilder path = new StringBuilder(verb.path);
        filters.forEach((name, value) -> {
            String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
            if (verb == Verb.SHOW && name.equals("id")) {
                path.append(encoded);
            } else {
                pairs.add(name + "=" + encoded);
            }
        });
        return pairs.isEmpty() ? path.toString() : path + "?" + String.join("&", pairs);
    }

    private static boolean lanes(Verb verb) {
        return verb == Verb.PAUSE || verb == Verb.RESUME;
    }

    private static void operand(Verb verb, String argument, Map<String, String> filters) throws CommandFailedException {
        String name = verb.operand();
        if (name == null || argument.startsWith("-") || filters.putIfAbsent(name, argument) != null) {
            throw wrong("Unknown argument " + argument);
        }
    }

    private static String value(List<String> arguments, int at) throws CommandFailedException {
        if (at >= arguments.size() || arguments.get(at).startsWith("--")) {
            throw wrong("A value is missing after " + arguments.get(at - 1));
        }
        return arguments.get(at);
    }

    private static URI url(String text) throws CommandFailedException {
        String base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        try {
            URI url = URI.create(base);
            if (url.getHost() != null && url.getScheme().matches("https?")) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw wrong("--url must be like http://127.0.0.1:8000"); // the same for all that is no such URL
        }
        throw wrong("--url must be like http://127.0.0.1:8000");
    }

    private static CommandFailedException wrong(String message) {
        return new CommandFailedException(CommandFailedException.USAGE, message + "\n" + USAGE);
    }
}
