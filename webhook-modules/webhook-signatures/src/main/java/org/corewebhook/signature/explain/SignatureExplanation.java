package org.corewebhook.signature.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.SignatureVerifier;
import org.corewebhook.signature.Verdict;
import org.corewebhook.signature.scheme.PublicUrl;
import org.corewebhook.signature.scheme.SignatureFailure;
import org.jspecify.annotations.Nullable;

/**
 * What would have to be different for a signature to be right. For the operator's eyes: told to a sender, it would be a
 * guide. Immutable and thread-safe.
 *
 * @param verdict what came of the request as it is
 * @param findings what was found out, in sentences; holds nothing secret
 */
public record SignatureExplanation(Verdict verdict, List<String> findings) {

    /** Larger bodies are not tried in other forms: that would cost more than it explains. */
    static final int MAX_BODY_BYTES = 1024 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    /** Copies the list. */
    public SignatureExplanation {
        findings = List.copyOf(findings);
    }

    /** Explains a request to an endpoint; verifies it again several times. */
    public static SignatureExplanation of(SignatureVerifier verifier, WebhookRequest request) {
        Verdict verdict = verifier.tryOut(request, verifier.publicUrl());
        List<String> findings = new ArrayList<>();
        if (verdict.verified()) {
            findings.add(
                    verdict.keyLabel() == null
                            ? "The signature is right"
                            : "The signature is right, with the key " + verdict.keyLabel());
        } else {
            explain(verifier, request, verdict, findings);
        }
        return new SignatureExplanation(verdict, findings);
    }

    private static void explain(
            SignatureVerifier verifier, WebhookRequest request, Verdict verdict, List<String> findings) {
        SignatureFailure failure = Objects.requireNonNull(verdict.failure());
        switch (failure) {
            case TOO_OLD, TOO_NEW -> findings.add(clock(verdict));
            case KEY_NOT_VALID ->
                findings.add("It is right under a secret of this endpoint whose time has not come or" + " is over: "
                        + verdict.keyLabel());
            case WRONG_SIGNATURE -> tryOthers(verifier, request, findings);
            default -> findings.add("Without a signature of the right form there is nothing to compare");
        }
    }

    private static String clock(Verdict verdict) {
        Duration age = verdict.age();
        return age == null
                ? "The signature itself says that its time is over"
                : "The signature is right; the clock is off by " + Math.abs(age.toSeconds()) + " s, or the request is"
                        + (age.isNegative() ? " ahead of its time" : " late or a replay");
    }

    private static void tryOthers(SignatureVerifier verifier, WebhookRequest request, List<String> findings) {
        bodies(request.body()).forEach((form, body) -> {
            if (isRight(verifier.tryOut(withBody(request, body), verifier.publicUrl()))) {
                findings.add("It would match with " + form + ": something on the way has changed the body");
            }
        });
        urls(verifier.publicUrl()).forEach((form, url) -> {
            if (isRight(verifier.tryOut(request, url))) {
                findings.add("It would match with " + form + ": correct public_url");
            }
        });
        if (findings.isEmpty()) {
            findings.add("No other form of body or URL and no other secret of this endpoint matches:"
                    + " most likely the secret is another one than the sender's");
        }
    }

    /** The signature counts here, not its time or that of the key. */
    private static boolean isRight(Verdict verdict) {
        SignatureFailure failure = verdict.failure();
        return failure == null
                || failure == SignatureFailure.TOO_OLD
                || failure == SignatureFailure.TOO_NEW
                || failure == SignatureFailure.KEY_NOT_VALID;
    }

    private static Map<String, byte[]> bodies(byte[] body) {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        if (body.length > MAX_BODY_BYTES) {
            return bodies;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        bodies.put("a trimmed body", utf8(text.strip()));
        bodies.put("a line feed after the body", utf8(text + "\n"));
        bodies.put("CR LF after the body", utf8(text + "\r\n"));
        bodies.put(
                "CR LF for each line feed in the body",
                utf8(text.replace("\r\n", "\n").replace("\n", "\r\n")));
        bodies.put("a line feed for each CR LF in the body", utf8(text.replace("\r\n", "\n")));
        JsonNode json = json(body);
        if (json != null) {
            bodies.put("a re-serialised body (compact JSON)", utf8(json.toString()));
            bodies.put("a re-serialised body (indented JSON)", utf8(json.toPrettyString()));
            bodies.put("a re-serialised body (JSON with blanks as Python writes it)", utf8(spaced(json)));
        }
        return bodies;
    }

    private static @Nullable JsonNode json(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json == null || json.isMissingNode() ? null : json;
        } catch (IOException e) {
            return null; // a body of another kind: nothing to re-serialise
        }
    }

    private static String spaced(JsonNode json) {
        if (json.isObject()) {
            List<String> members = new ArrayList<>();
            json.properties()
                    .forEach(member -> members.add(
                            JSON.getNodeFactory().textNode(member.getKey()) + ": " + spaced(member.getValue())));
            return "{" + String.join(", ", members) + "}";
        }
        if (json.isArray()) {
            List<String> items = new ArrayList<>();
            json.forEach(item -> items.add(spaced(item)));
            return "[" + String.join(", ", items) + "]";
        }
        return json.toString();
    }

    private static Map<String, PublicUrl> urls(PublicUrl url) {
        Map<String, PublicUrl> urls = new LinkedHashMap<>();
        urls.put("the other URL scheme (http or https)", url.withOtherScheme());
        urls.put("a slash after the URL", url.withOtherSlash());
        return urls;
    }

    private static WebhookRequest withBody(WebhookRequest request, byte[] body) {
        return WebhookRequest.builder(request.method(), request.path())
                .query(request.query())
                .requestUri(request.requestUri())
                .headers(request.headers())
                .body(body)
                .build();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return String.join("; ", findings);
    }
}
