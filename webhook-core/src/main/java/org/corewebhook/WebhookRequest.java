package org.corewebhook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.body.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request as it came in: nothing decoded, nothing merged, nothing dropped.
 *
 * <p>Made by an adapter, or in a test: {@code WebhookRequest.post("/webhook/github").header("X-A", "b").body("{}")
 * .build()}. Belongs to the thread that processes it; the body is read when {@link #body()} is first called.
 */
public final class WebhookRequest {

    private static final Duration UNLIMITED_TIME = Duration.ofDays(1);
    private static final RequestBody NO_BODY = RequestBody.of(new byte[0]);

    private final String method;
    private final String path;
    private final String requestUri;
    private final @Nullable String query;
    private final Headers headers;
    private final String remoteAddress;
    private final boolean secure;
    private final RequestBody source;

    private long maxBytes = Integer.MAX_VALUE - 16;
    private Duration bodyTimeout = UNLIMITED_TIME;
    private BodyBudget.@Nullable Reservation reservation;
    private byte @Nullable [] body;

    private WebhookRequest(Builder builder) {
        this.method = builder.method;
        this.path = builder.path;
        this.requestUri = builder.requestUri == null ? builder.path : builder.requestUri;
        this.query = builder.query;
        this.headers = builder.headers.build();
        this.remoteAddress = builder.remoteAddress;
        this.secure = builder.secure;
        this.source = builder.body;
    }

    /** Starts a request with this method and raw path (a query may follow after {@code ?}). */
    public static Builder builder(String method, String pathAndQuery) {
        return new Builder(method, pathAndQuery);
    }

    /** Starts a POST to this raw path (a query may follow after {@code ?}). */
    public static Builder post(String pathAndQuery) {
        return builder("POST", pathAndQuery);
    }

    /** Returns the method, in upper case as on the wire. */
    public String method() {
        return method;
    }

    /** Returns the raw path below the context path, percent-escapes as sent: {@code /webhook/github}. */
    public String path() {
        return path;
    }

    /** Returns the raw path of the request line, context path included, without the query. */
    public String requestUri() {
        return requestUri;
    }

    /** Returns the raw query without the question mark, or null. */
    public @Nullable String query() {
        return query;
    }

    /** Returns the decoded values of a query parameter, in order; the name is matched case-sensitively. */
    public List<String> queryParameters(String name) {
        List<String> values = new ArrayList<>(1);
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                String key = equals < 0 ? pair : pair.substring(0, equals);
                if (name.equals(decode(key))) {
                    values.add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
                }
            }
        }
        return values;
    }

    /** Returns the header fields in order. */
    public Headers headers() {
        return headers;
    }

    /** Returns the address of the TCP peer as text; what forwarded headers say is for validators to judge. */
    public String remoteAddress() {
        return remoteAddress;
    }

    /** Tells whether the request came over TLS, as far as the container knows. */
    public boolean secure() {
        return secure;
    }

    /** Returns the length of the body that the sender announced, or -1. */
    public long declaredLength() {
        return source.declaredLength();
    }

    /**
     * Returns the exact bytes of the body; reads them on the first call.
     *
     * @throws org.corewebhook.body.BodyRefusedException if the body is too large, too slow or broken; let it pass, the
     *     processor answers it
     */
    public byte[] body() {
        byte[] bytes = body;
        if (bytes == null) {
            BodyBudget.Reservation held = reservation == null ? unbounded() : reservation;
            bytes = source.read(maxBytes, bodyTimeout, held);
            body = bytes;
        }
        return bytes;
    }

    /** Says within which limits the body may be read; called by the processor before any validator runs. */
    void limitBody(long bytes, Duration timeout, BodyBudget.Reservation held) {
        this.maxBytes = bytes;
        this.bodyTimeout = timeout;
        this.reservation = held;
    }

    private BodyBudget.Reservation unbounded() {
        return new BodyBudget(Long.MAX_VALUE).open(remoteAddress);
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // a broken escape stands for itself, and matches nothing that is configured
        }
    }

    @Override
    public String toString() {
        return method + " " + path;
    }

    /** Collects the parts of a request; not thread-safe. */
    public static final class Builder {

        private final String method;
        private final String path;
        private final Headers.Builder headers = Headers.builder();
        private @Nullable String query;
        private @Nullable String requestUri;
        private String remoteAddress = "127.0.0.1";
        private boolean secure;
        private RequestBody body = NO_BODY;

        private Builder(String method, String pathAndQuery) {
            this.method = Objects.requireNonNull(method, "method");
            int question = pathAndQuery.indexOf('?');
            this.path = question < 0 ? pathAndQuery : pathAndQuery.substring(0, question);
            this.query = question < 0 ? null : pathAndQuery.substring(question + 1);
        }

        /** Sets the raw query, without the question mark. */
        public Builder query(@Nullable String rawQuery) {
            this.query = rawQuery;
            return this;
        }

        /** Sets the raw path of the request line, context path included; by default the path. */
        public Builder requestUri(String rawPath) {
            this.requestUri = rawPath;
            return this;
        }

        /** Adds a header field. */
        public Builder header(String name, String value) {
            headers.add(name, value);
            return this;
        }

        /** Adds header fields. */
        public Builder headers(Headers more) {
            headers.addAll(more);
            return this;
        }

        /** Sets the address of the TCP peer, by default 127.0.0.1. */
        public Builder remoteAddress(String address) {
            this.remoteAddress = Objects.requireNonNull(address, "address");
            return this;
        }

        /** Says that the request came over TLS. */
        public Builder secure(boolean overTls) {
            this.secure = overTls;
            return this;
        }

        /** Sets the body to the text in UTF-8. */
        public Builder body(String text) {
            return body(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Sets the body to these bytes, which must not change any more. */
        public Builder body(byte[] bytes) {
            return body(RequestBody.of(bytes));
        }

        /** Sets where the body is read from. */
        public Builder body(RequestBody source) {
            this.body = Objects.requireNonNull(source, "source");
            return this;
        }

        /** Returns the request. */
        public WebhookRequest build() {
            return new WebhookRequest(this);
        }
    }
}
