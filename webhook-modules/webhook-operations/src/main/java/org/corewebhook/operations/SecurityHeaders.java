package org.corewebhook.operations;

import java.util.Locale;
import java.util.Map;
import org.corewebhook.ErrorKind;
import org.corewebhook.Headers;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;

/**
 * Adds the headers that tell browsers to do nothing with an answer, and over TLS to come back over TLS only (RFC 6797).
 *
 * <p>A header that an answer already has stays as it is. Everything is put together once. Immutable and thread-safe.
 */
final class SecurityHeaders {

    private static final String PERMISSIONS = "geolocation=(), microphone=(), camera=(), payment=(), usb=(), "
            + "magnetometer=(), gyroscope=(), accelerometer=()";

    private final Additions plain;
    private final Additions overTls;
    private final boolean forceHttps;
    private final PeerAddress peers;

    SecurityHeaders(OperationsSettings settings, PeerAddress peers) {
        Headers always = Headers.of(
                "X-Content-Type-Options", "nosniff",
                "X-Frame-Options", "DENY",
                "X-XSS-Protection", "1; mode=block",
                "Referrer-Policy", "strict-origin-when-cross-origin",
                "Permissions-Policy", PERMISSIONS,
                "Content-Security-Policy", settings.contentSecurityPolicy());
        Headers withTransport = Headers.builder()
                .addAll(always)
                .add("Strict-Transport-Security", settings.strictTransportSecurity())
                .build();
        this.plain = new Additions(always);
        this.overTls = new Additions(withTransport);
        this.forceHttps = settings.forceHttps();
        this.peers = peers;
    }

    WebhookResponse addTo(WebhookResponse response, WebhookRequest request) {
        return (cameOverTls(request) ? overTls : plain).addTo(response);
    }

    private boolean cameOverTls(WebhookRequest request) {
        if (forceHttps || request.secure()) {
            return true;
        }
        String forwarded = request.headers().first("X-Forwarded-Proto");
        return forwarded != null && isHttps(forwarded) && peers.viaTrustedProxy(request);
    }

    /** The last item is what the proxy in front of us wrote. */
    private static boolean isHttps(String forwarded) {
        return forwarded
                .substring(forwarded.lastIndexOf(',') + 1)
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals("https");
    }

    /** Headers to add, and what comes out for the answers that are given most. */
    private static final class Additions {

        private final Headers additions;
        private final Map<Headers, Headers> prepared;

        Additions(Headers additions) {
            this.additions = additions;
            Headers json = WebhookResponse.accepted().headers();
            Headers problem = WebhookResponse.problem(ErrorKind.INTERNAL, "").headers();
            // Headers compare by identity, and all answers of one kind share theirs.
            this.prepared = Map.of(json, merge(json), problem, merge(problem));
        }

        WebhookResponse addTo(WebhookResponse response) {
            Headers ready = prepared.get(response.headers());
            Headers merged = ready == null ? merge(response.headers()) : ready;
            return new WebhookResponse(response.status(), merged, response.body());
        }

        private Headers merge(Headers given) {
            return Headers.builder()
                    .addAll(given)
                    .addAll(additions.without(name -> given.first(name) != null))
                    .build();
        }
    }
}
