package org.corewebhook.signature.scheme;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.VerificationKey;
import org.jspecify.annotations.Nullable;

/** Which servers hold the keys of which sender: a request may name any URL, and none but these is asked. */
final class SenderUrls {

    static final URI FAL_KEYS = URI.create("https://rest.alpha.fal.ai/.well-known/jwks.json");

    private static final Pattern SNS = Pattern.compile("sns\\.[a-z0-9-]{3,40}\\.amazonaws\\.com(?:\\.cn)?");
    private static final Set<String> PAYPAL = Set.of("api.paypal.com", "api.sandbox.paypal.com", "api-m.paypal.com");

    private SenderUrls() {}

    static boolean isSns(String host) {
        return SNS.matcher(host).matches();
    }

    static boolean isPayPal(String host) {
        return PAYPAL.contains(host);
    }

    static boolean isFal(String host) {
        return host.equals(FAL_KEYS.getHost());
    }

    /** Returns the URL of a certificate if it is on a host that passes and names a path that begins so. */
    static URI certificateUrl(
            @Nullable String text, java.util.function.Predicate<String> hosts, String pathBegin, String pathEnd)
            throws UnprovenException {
        try {
            URI url = new URI(text == null || text.length() > 1024 ? "" : text);
            String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
            String path = url.getRawPath() == null ? "" : url.getRawPath();
            boolean plain = "https".equals(url.getScheme())
                    && url.getRawUserInfo() == null
                    && url.getPort() == -1
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null
                    && !path.contains("..");
            if (plain && hosts.test(host) && path.startsWith(pathBegin) && path.endsWith(pathEnd)) {
                return url;
            }
        } catch (URISyntaxException e) {
            // said below: it is no URL of the sender
        }
        throw new UnprovenException(SignatureFailure.MALFORMED, "The URL of the certificate is none of the sender's");
    }

    /** Returns the key of a certificate that is valid now. */
    static VerificationKey keyOf(SenderCertificate certificate, SignatureAlgorithm algorithm, Clock clock)
            throws UnprovenException {
        if (!certificate.isValidAt(clock.instant())) {
            throw new UnprovenException(SignatureFailure.KEY_NOT_VALID, "The sender's certificate is not valid now");
        }
        try {
            return algorithm.publicKey(certificate.key());
        } catch (IllegalArgumentException e) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "The sender's certificate has another kind of key");
        }
    }
}
