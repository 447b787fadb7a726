package org.corewebhook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the sender gets: status, headers, body; an adapter adds the {@code Content-Length}.
 *
 * <p>Errors are problem documents (RFC 9457) whose {@code detail} carries the text of the reference. Immutable and
 * thread-safe as long as nobody writes into {@link #body()}.
 *
 * @param status the HTTP status
 * @param headers all headers but {@code Content-Length}
 * @param body the exact bytes; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; the bytes are passed on as they are
public record WebhookResponse(int status, Headers headers, byte[] body) {

    private static final Headers JSON = Headers.of("Content-Type", "application/json");
    private static final Headers PROBLEM = Headers.of("Content-Type", "application/problem+json");
    private static final WebhookResponse ACCEPTED = json(200, "{\"message\":\"200 OK\"}");

    /** Returns the answer to an accepted webhook: {@code 200 {"message":"200 OK"}}. */
    public static WebhookResponse accepted() {
        return ACCEPTED;
    }

    /** Returns a JSON document as an answer. */
    public static WebhookResponse json(int status, String json) {
        return new WebhookResponse(status, JSON, json.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a plain text as an answer. */
    public static WebhookResponse text(int status, String text) {
        Headers headers = Headers.of("Content-Type", "text/plain; charset=utf-8");
        return new WebhookResponse(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the refusal of a request; the detail is for the sender and must not hold anything secret. */
    public static WebhookResponse problem(ErrorKind kind, String detail) {
        String json = "{\"type\":\"" + kind.type() + "\",\"title\":\"" + kind.title() + "\",\"status\":" + kind.status()
                + ",\"detail\":\"" + new String(JsonStringEncoder.getInstance().quoteAsString(detail)) + "\"}";
        return new WebhookResponse(kind.status(), PROBLEM, json.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the refusal of a request that may be repeated after a while (at least one second). */
    public static WebhookResponse problem(ErrorKind kind, String detail, @Nullable Duration retryAfter) {
        WebhookResponse problem = problem(kind, detail);
        return retryAfter == null ? problem : problem.with("Retry-After", String.valueOf(wholeSeconds(retryAfter)));
    }

    /** Returns this response with one more header. */
    public WebhookResponse with(String name, String value) {
        return new WebhookResponse(
                status, Headers.builder().addAll(headers).add(name, value).build(), body);
    }

    /** Returns this response with more headers. */
    public WebhookResponse with(Headers more) {
        return new WebhookResponse(
                status, Headers.builder().addAll(headers).addAll(more).build(), body);
    }

    /** Returns the body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "WebhookResponse[" + status + ", " + body.length + " bytes]";
    }

    private static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }
}
