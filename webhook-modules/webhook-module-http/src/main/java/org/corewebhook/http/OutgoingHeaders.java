package org.corewebhook.http;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hc.core5.http.HttpMessage;
import org.corewebhook.Headers.Header;
import org.corewebhook.Secret;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that go with an event. Immutable and thread-safe.
 *
 * <p>Own fields replace forwarded ones of the same name. Not forwarded is what belongs to the connection (RFC 9110,
 * 7.6.1), to the message's framing, to the sender's identity or to the proxies before us: the receiver of the request
 * would take it as said by us.
 */
final class OutgoingHeaders {

    static final String EVENT_ID = "X-Webhook-Event-Id";

    private static final String CONTENT_TYPE = "Content-Type";
    private static final String CONTENT_ENCODING = "Content-Encoding";

    /** What the client sets, or what only holds for one connection. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "content-length",
            "expect");

    private static final Set<String> NOT_FORWARDED = Set.of(
            "host", "accept-encoding", "authorization", "cookie", "forwarded", "x-real-ip", "x-webhook-event-id");

    /** They describe the bytes, which are passed on as they are, so no switch removes them. */
    private static final Set<String> OF_THE_BODY = Set.of("content-type", "content-encoding");

    /** A field name (RFC 9110, 5.1). */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

    private final boolean forward;
    private final @Nullable Set<String> allowed;
    private final Map<String, Secret> own;
    private final Set<String> ownNames;

    private OutgoingHeaders(boolean forward, @Nullable Set<String> allowed, Map<String, Secret> own) {
        this.forward = forward;
        this.allowed = allowed;
        this.own = own;
        this.ownNames = own.keySet().stream().map(OutgoingHeaders::lower).collect(Collectors.toUnmodifiableSet());
    }

    static OutgoingHeaders read(Settings settings) {
        boolean forward = settings.flag("forward_headers", true);
        Set<String> allowed = readAllowed(settings);
        Map<String, Secret> own = new LinkedHashMap<>();
        settings.stringMap("headers").forEach((name, value) -> {
            String problem = problem(name, value);
            if (problem != null) {
                settings.problem("headers", problem);
            } else {
                own.put(name, Secret.of(value));
            }
        });
        return new OutgoingHeaders(forward, allowed, own);
    }

    private static @Nullable Set<String> readAllowed(Settings settings) {
        Set<String> names = new HashSet<>();
        for (String name : settings.strings("allowed_headers")) {
            if (isNeverForwarded(lower(name.strip()))) {
                settings.warning("allowed_headers", name + " is never forwarded: set it under headers if it is needed");
            }
            names.add(lower(name.strip()));
        }
        return settings.has("allowed_headers") ? names : null;
    }

    private static @Nullable String problem(String name, String value) {
        if (!TOKEN.matcher(name).matches()) {
            return "Has a name that is not the name of a header";
        }
        if (OF_THE_CONNECTION.contains(lower(name)) || lower(name).startsWith("proxy-")) {
            return name + " is set by the client and cannot be given";
        }
        if (value.isBlank()) {
            return name + " must not be empty";
        }
        return CONTROL.matcher(value).find() ? name + " must not hold line breaks or other control characters" : null;
    }

    void addTo(HttpMessage request, WebhookEvent event) {
        addOfTheBody(request, event);
        addUnlessOwn(request, EVENT_ID, event.id());
        if (forward) {
            addForwarded(request, event);
        }
        own.forEach((name, value) -> request.addHeader(name, value.reveal()));
    }

    private void addOfTheBody(HttpMessage request, WebhookEvent event) {
        String contentType = event.contentType();
        addUnlessOwn(request, CONTENT_TYPE, contentType == null ? "application/json" : contentType);
        for (String encoding : event.headers().all(CONTENT_ENCODING)) {
            addUnlessOwn(request, CONTENT_ENCODING, encoding);
        }
    }

    private void addForwarded(HttpMessage request, WebhookEvent event) {
        Set<String> namedInConnection = namedInConnection(event);
        for (Header header : event.headers()) {
            String name = lower(header.name());
            if (isForwarded(name) && !namedInConnection.contains(name)) {
                request.addHeader(header.name(), header.value());
            }
        }
    }

    private boolean isForwarded(String name) {
        return !isNeverForwarded(name)
                && !OF_THE_BODY.contains(name)
                && !ownNames.contains(name)
                && (allowed == null || allowed.contains(name))
                && TOKEN.matcher(name).matches();
    }

    private static boolean isNeverForwarded(String name) {
        return OF_THE_CONNECTION.contains(name)
                || NOT_FORWARDED.contains(name)
                || name.startsWith("proxy-")
                || name.startsWith("x-forwarded-");
    }

    private static Set<String> namedInConnection(WebhookEvent event) {
        Set<String> names = new HashSet<>();
        for (String value : event.headers().all("Connection")) {
            for (String name : value.split(",", -1)) {
                names.add(lower(name.strip()));
            }
        }
        return names;
    }

    private void addUnlessOwn(HttpMessage request, String name, String value) {
        if (!ownNames.contains(lower(name))) {
            request.addHeader(name, value);
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Names the own fields only: their values may be secrets. */
    @Override
    public String toString() {
        return own.keySet().toString();
    }
}
