package org.corewebhook.signature.scheme;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.corewebhook.signature.key.SignedContent;

/**
 * Contentful: method, path, the headers that the request lists, and the body (contentful.com, "Request verification",
 * and node-apps-toolkit). Thread-safe.
 */
final class ContentfulScheme implements SignatureScheme {

    private static final SchemeKey KEY = SchemeKey.text(SignatureAlgorithm.HMAC_SHA256);
    private static final SignaturePlace SIGNATURE =
            SignaturePlace.header("x-contentful-signature", SignatureEncoding.HEX);
    private static final String SIGNED_HEADERS = "x-contentful-signed-headers";
    private static final TimestampPlace TIMESTAMP =
            new TimestampPlace(Place.header("x-contentful-timestamp"), TimestampPlace.Unit.MILLIS);
    private static final Duration TOLERANCE = Duration.ofSeconds(30);
    private static final int MAX_HEADERS = 64;

    @Override
    public String name() {
        return "contentful";
    }

    @Override
    public SchemeKey key() {
        return KEY;
    }

    @Override
    public Duration tolerance() {
        return TOLERANCE;
    }

    /** The path is signed, but without the host, so that no public URL is needed unless a proxy changes the path. */
    @Override
    public List<Proof> proofs(SignedRequest request) throws UnprovenException {
        SignaturePlace.Found found = SIGNATURE.read(request);
        String timestamp = TIMESTAMP.place().require(request, null);
        Instant time = TIMESTAMP.parse(timestamp);
        String head = request.method() + "\n" + escaped(request) + "\n" + headers(request, found) + "\n";
        SignedContent content = SignedContent.of(head.getBytes(StandardCharsets.UTF_8), request.body());
        return List.of(new Proof(List.of(content), found.signatures(), time, null));
    }

    private static String headers(SignedRequest request, SignaturePlace.Found found) throws UnprovenException {
        String[] names =
                request.required(SIGNED_HEADERS).toLowerCase(Locale.ROOT).split(",", MAX_HEADERS + 1);
        List<String> listed = Arrays.asList(names);
        boolean complete = listed.contains(SIGNED_HEADERS) && listed.contains("x-contentful-timestamp");
        if (!complete || names.length > MAX_HEADERS || found.signatures().size() != 1) {
            throw new UnprovenException(
                    SignatureFailure.MALFORMED, SIGNED_HEADERS + " must list itself and the time, and few others");
        }
        Arrays.sort(names);
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(text.length() == 0 ? "" : ";").append(name).append(':');
            text.append(request.required(name).strip());
        }
        return text.toString();
    }

    /** Contentful escapes a query as a whole: {@code a=1&b=2} is signed as {@code a%253D1%2526b%253D2}. */
    private static String escaped(SignedRequest request) {
        String query = request.query();
        String target = query == null || query.isEmpty() ? request.path() : request.path() + "?" + escape(query, "");
        return escape(target, ";/?:@&=+$,#");
    }

    private static String escape(String text, String kept) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || (c < 128 && ("-_.!~*'()" + kept).indexOf(c) >= 0)) {
                escaped.append(c);
            } else {
                escaped.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return escaped.toString();
    }
}
