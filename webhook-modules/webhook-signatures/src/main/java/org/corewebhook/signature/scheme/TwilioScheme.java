package org.corewebhook.signature.scheme;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.corewebhook.signature.key.SignedContent;
import org.corewebhook.spi.ReceiptId;
import org.jspecify.annotations.Nullable;

/**
 * Twilio: the URL and the sorted parameters of a form, or the URL that names the hash of any other body (twilio.com,
 * "Validating Incoming Twilio Requests"). As Twilio's own libraries do, the URL is tried with and without its usual
 * port. Thread-safe.
 *
 * <p>A form is signed as the parameters it means, not as its bytes: another escape of the same character verifies.
 */
final class TwilioScheme implements SignatureScheme {

    private static final SchemeKey KEY = SchemeKey.text(SignatureAlgorithm.HMAC_SHA1);
    private static final SignaturePlace SIGNATURE =
            SignaturePlace.header("X-Twilio-Signature", SignatureEncoding.BASE64);
    private static final String BODY_HASH = "bodySHA256";
    private static final int MAX_PARAMETERS = 1000;

    @Override
    public String name() {
        return "twilio";
    }

    @Override
    public SchemeKey key() {
        return KEY;
    }

    @Override
    public @Nullable Duration tolerance() {
        return null;
    }

    @Override
    public boolean urlBound() {
        return true;
    }

    @Override
    public List<Proof> proofs(SignedRequest request) throws UnprovenException {
        SignaturePlace.Found found = SIGNATURE.read(request);
        String url = request.url();
        String after = hasBodyHash(url) ? checkBodyHash(request, url) : form(request);
        List<SignedContent> contents = new ArrayList<>(2);
        for (String variant : withAndWithoutPort(url)) {
            contents.add(SignedContent.of(variant + after));
        }
        return List.of(new Proof(contents, found.signatures(), null, null));
    }

    private static boolean hasBodyHash(String url) {
        return url.contains("?" + BODY_HASH + "=") || url.contains("&" + BODY_HASH + "=");
    }

    /** The hash is signed with the URL; that the body has it is checked here. Returns that nothing follows the URL. */
    private static String checkBodyHash(SignedRequest request, String url) throws UnprovenException {
        int start = url.indexOf(BODY_HASH + "=") + BODY_HASH.length() + 1;
        int end = url.indexOf('&', start);
        byte[] offered = SignatureEncoding.HEX.decode(url.substring(start, end < 0 ? url.length() : end));
        if (offered == null || !Secret.equal(SignedTemplate.sha256(request.body()), offered)) {
            throw new UnprovenException(SignatureFailure.WRONG_SIGNATURE, "The body is not the one of " + BODY_HASH);
        }
        return "";
    }

    private static String form(SignedRequest request) throws UnprovenException {
        byte[] body = request.body();
        if (body.length == 0) {
            return "";
        }
        if (!isForm(request.headers())) {
            throw new UnprovenException(
                    SignatureFailure.MISSING, "A body that is no form needs " + BODY_HASH + " in the URL");
        }
        StringBuilder text = new StringBuilder(body.length);
        parameters(new String(body, StandardCharsets.UTF_8))
                .forEach((name, values) ->
                        values.forEach(value -> text.append(name).append(value)));
        return text.toString();
    }

    private static boolean isForm(Headers headers) {
        String type = headers.first("Content-Type");
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
    }

    /** Names in order, values of one name once each and in order. */
    private static Map<String, Set<String>> parameters(String form) throws UnprovenException {
        Map<String, Set<String>> parameters = new TreeMap<>();
        String[] pairs = form.split("&", MAX_PARAMETERS + 1);
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 0 || pairs.length > MAX_PARAMETERS) {
                throw new UnprovenException(SignatureFailure.MALFORMED, "The form is not well-formed, or too large");
            }
            parameters
                    .computeIfAbsent(decode(pair.substring(0, equals)), name -> new TreeSet<>())
                    .add(decode(pair.substring(equals + 1)));
        }
        return parameters;
    }

    private static String decode(String text) throws UnprovenException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "An escape in the form is broken");
        }
    }

    private static List<String> withAndWithoutPort(String url) throws UnprovenException {
        URI uri;
        try {
            uri = URI.create(url.substring(0, endOfAuthority(url)));
        } catch (IllegalArgumentException e) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "The URL is not well-formed");
        }
        String rest = url.substring(endOfAuthority(url));
        String bare = uri.getScheme() + "://" + uri.getHost();
        int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
        return List.of(bare + rest, bare + ":" + port + rest);
    }

    private static int endOfAuthority(String url) {
        int start = url.indexOf("//") + 2;
        int i = start;
        while (i < url.length() && url.charAt(i) != '/' && url.charAt(i) != '?') {
            i++;
        }
        return i;
    }

    @Override
    public @Nullable ReceiptId id(SignedRequest request) {
        String token = request.headers().first("I-Twilio-Idempotency-Token");
        return token == null || token.isEmpty() ? null : new ReceiptId(token, false);
    }
}
