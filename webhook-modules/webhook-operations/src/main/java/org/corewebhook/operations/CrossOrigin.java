package org.corewebhook.operations;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.corewebhook.Headers;
import org.corewebhook.RequestHandler;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/**
 * Says which web pages may call a handler and read its answers (CORS,
 * https://fetch.spec.whatwg.org/#http-cors-protocol): those of every origin, or of the listed ones; never with
 * credentials.
 *
 * <p>Immutable and thread-safe.
 */
final class CrossOrigin {

    private static final Pattern ORIGIN =
            Pattern.compile("https?://(?:\\[[0-9a-f:.]+]|[a-z0-9._-]+)(?::\\d{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final Pattern FIELD_NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, \\t-]*");

    private static final List<String> OPEN_METHODS =
            List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");
    private static final List<String> LISTED_METHODS = List.of("POST", "GET", "OPTIONS");
    private static final Set<String> LISTED_HEADERS = ignoringCase(
            // what every page may send anyway
            "Accept",
            "Accept-Language",
            "Content-Language",
            // what senders of webhooks use
            "Content-Type",
            "Authorization",
            "X-Requested-With",
            "X-HMAC-Signature",
            "X-HMAC-Signature-256",
            "X-Hub-Signature",
            "X-Hub-Signature-256",
            "X-API-Key",
            "X-Auth-Token",
            "X-Recaptcha-Token",
            "X-Forwarded-For",
            "X-Real-IP");
    private static final String LISTED_HEADERS_TEXT = String.join(", ", LISTED_HEADERS);
    private static final Headers EVERY_ORIGIN = Headers.of("Access-Control-Allow-Origin", "*");

    private final @Nullable Set<String> listed;
    private final List<String> methods;

    /** Takes the origins that may, each as {@link #isOrigin} wants it and in lower case; null for all. */
    CrossOrigin(@Nullable Set<String> listed) {
        this.listed = listed;
        this.methods = listed == null ? OPEN_METHODS : LISTED_METHODS;
    }

    /** Tells whether this is an http or https origin as browsers send it: scheme, host, port and nothing else. */
    static boolean isOrigin(String text) {
        return ORIGIN.matcher(text).matches();
    }

    /** Answers a preflight itself, and marks the handler's answer to any other request from a page. */
    WebhookResponse answer(WebhookRequest request, RequestHandler handler) {
        WebhookResponse preflight = preflight(request);
        return preflight != null ? preflight : marked(handler.handle(request), request);
    }

    /** Answers as {@link #answer(WebhookRequest, RequestHandler)} does, perhaps later. */
    void answer(WebhookRequest request, RequestHandler handler, Consumer<WebhookResponse> sender) {
        WebhookResponse preflight = preflight(request);
        if (preflight != null) {
            sender.accept(preflight);
        } else {
            handler.handle(request, answer -> sender.accept(marked(answer, request)));
        }
    }

    private WebhookResponse marked(WebhookResponse response, WebhookRequest request) {
        String origin = request.headers().first("Origin");
        return origin != null && allows(origin) ? response.with(allowed(origin)) : response;
    }

    private @Nullable WebhookResponse preflight(WebhookRequest request) {
        if (!request.method().equals("OPTIONS") || asksToSendWebhooks(request)) {
            return null;
        }
        String origin = request.headers().first("Origin");
        String method = request.headers().first("Access-Control-Request-Method");
        return origin == null || method == null ? null : preflight(request, origin, method);
    }

    /** The handshake of CloudEvents is an OPTIONS request, too; browsers cannot add this header to a preflight. */
    private static boolean asksToSendWebhooks(WebhookRequest request) {
        return request.headers().first("WebHook-Request-Origin") != null;
    }

    private WebhookResponse preflight(WebhookRequest request, String origin, String method) {
        String askedHeaders = String.join(", ", request.headers().all("Access-Control-Request-Headers"));
        List<String> refused = new ArrayList<>(3);
        if (!allows(origin)) {
            refused.add("origin");
        }
        if (!methods.contains(method)) {
            refused.add("method");
        }
        if (!allowsHeaders(askedHeaders)) {
            refused.add("headers");
        }
        if (!refused.isEmpty()) {
            return WebhookResponse.text(400, "Disallowed CORS " + String.join(", ", refused));
        }
        Headers.Builder granted = Headers.builder()
                .addAll(allowed(origin))
                .add("Access-Control-Allow-Methods", String.join(", ", methods))
                .add("Access-Control-Max-Age", "600");
        String allowedHeaders = listed == null ? askedHeaders : LISTED_HEADERS_TEXT;
        if (!allowedHeaders.isBlank()) {
            granted.add("Access-Control-Allow-Headers", allowedHeaders);
        }
        return WebhookResponse.text(200, "OK").with(granted.build());
    }

    private boolean allows(String origin) {
        return listed == null || listed.contains(origin);
    }

    private boolean allowsHeaders(String asked) {
        if (listed == null) {
            return FIELD_NAMES.matcher(asked).matches(); // they are echoed
        }
        for (String name : asked.split(",", -1)) {
            if (!name.isBlank() && !LISTED_HEADERS.contains(name.strip())) {
                return false;
            }
        }
        return true;
    }

    private Headers allowed(String origin) {
        return listed == null ? EVERY_ORIGIN : Headers.of("Access-Control-Allow-Origin", origin, "Vary", "Origin");
    }

    private static Set<String> ignoringCase(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Collections.addAll(set, names);
        return Collections.unmodifiableSet(set);
    }
}
