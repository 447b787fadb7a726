package org.corewebhook.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.WebhookRequest;

/**
 * Requests as honest senders make them; add headers to the builder, or change the body to make a forgery.
 *
 * <p>Bodies are sent as {@code Content-Type: application/json}. Stateless and thread-safe.
 */
public final class SignedRequests {

    private SignedRequests() {}

    /**
     * Returns a POST signed as GitHub does: {@code X-Hub-Signature-256: sha256=} and the HMAC in hex.
     *
     * @see <a href="https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries">GitHub Docs</a>
     */
    public static WebhookRequest.Builder github(String path, String body, String secret) {
        return github(path, utf8(body), secret);
    }

    /** Returns a POST signed as GitHub does, with exactly these bytes. */
    public static WebhookRequest.Builder github(String path, byte[] body, String secret) {
        return json(path, body).header("X-Hub-Signature-256", "sha256=" + hmacHex(body, "sha256", secret));
    }

    /**
     * Returns a POST with the HMAC of its body in lower-case hex in that header.
     *
     * @param algorithm {@code sha1}, {@code sha256} or {@code sha512}
     */
    public static WebhookRequest.Builder hmacHex(
            String path, byte[] body, String header, String algorithm, String secret) {
        return json(path, body).header(header, hmacHex(body, algorithm, secret));
    }

    /**
     * Returns a POST with the HMAC of its body in Base64 (RFC 4648, 4) in that header.
     *
     * @param algorithm {@code sha1}, {@code sha256} or {@code sha512}
     */
    public static WebhookRequest.Builder hmacBase64(
            String path, byte[] body, String header, String algorithm, String secret) {
        return json(path, body).header(header, hmacBase64(body, algorithm, secret));
    }

    /** Returns a POST with {@code Authorization: Basic} (RFC 7617), credentials in UTF-8. */
    public static WebhookRequest.Builder basic(String path, String body, String user, String password) {
        String credentials = Base64.getEncoder().encodeToString(utf8(user + ":" + password));
        return json(path, utf8(body)).header("Authorization", "Basic " + credentials);
    }

    /** Returns a POST with {@code Authorization: Bearer} (RFC 6750). */
    public static WebhookRequest.Builder bearer(String path, String body, String token) {
        return json(path, utf8(body)).header("Authorization", "Bearer " + token);
    }

    /** Returns the HMAC of the bytes in lower-case hex. */
    public static String hmacHex(byte[] body, String algorithm, String secret) {
        return HexFormat.of().formatHex(hmac(body, algorithm, secret));
    }

    /** Returns the HMAC of the bytes in Base64 (RFC 4648, 4). */
    public static String hmacBase64(byte[] body, String algorithm, String secret) {
        return Base64.getEncoder().encodeToString(hmac(body, algorithm, secret));
    }

    private static WebhookRequest.Builder json(String path, byte[] body) {
        return WebhookRequest.post(path)
                .header("Content-Type", "application/json")
                .body(body);
    }

    private static byte[] hmac(byte[] body, String algorithm, String secret) {
        String name = "Hmac" + algorithm.toUpperCase(Locale.ROOT);
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(utf8(secret), name));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("No HMAC with " + algorithm, e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
