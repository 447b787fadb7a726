package org.corewebhook.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code hmac}: a keyed hash (RFC 2104) of the exact bytes of the body in a header.
 *
 * <p>{@code secret}, or {@code secrets} while one replaces another; {@code header} (default {@value #DEFAULT_HEADER});
 * {@code algorithm} {@code sha256} (default), {@code sha1} or {@code sha512}; {@code encoding} {@code hex} (default) or
 * {@code base64}. A prefix {@code <algorithm>=} is allowed. Thread-safe.
 */
public final class HmacProvider implements ValidatorProvider {

    static final String DEFAULT_HEADER = "X-HMAC-Signature";

    private static final Map<String, String> JCA_NAMES =
            Map.of("sha256", "SHA-256", "sha1", "SHA-1", "sha512", "SHA-512");

    /** Made by {@link java.util.ServiceLoader}. */
    public HmacProvider() {}

    @Override
    public String key() {
        return "hmac";
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        List<Secret> secrets = secrets(settings);
        String header = HeaderNames.read(settings, "header", DEFAULT_HEADER);
        String written = settings.string("algorithm", "sha256");
        SignatureEncoding encoding = SignatureEncoding.read(settings, "encoding");
        String algorithm = written.strip().toLowerCase(Locale.ROOT);
        String jcaName = JCA_NAMES.get(algorithm);
        if (jcaName == null) {
            settings.problem("algorithm", "Unsupported HMAC algorithm: " + written);
        }
        if (jcaName == null || secrets.isEmpty()) {
            return new ClosedValidator();
        }
        List<HmacKey> keys =
                secrets.stream().map(secret -> HmacKey.of(jcaName, secret)).toList();
        return new HmacValidator(header, algorithm, encoding, keys);
    }

    private static List<Secret> secrets(Settings settings) {
        List<Secret> secrets = new ArrayList<>();
        if (settings.has("secret") || !settings.has("secrets")) {
            secrets.add(settings.requireSecret("secret"));
        }
        List<String> more = settings.strings("secrets");
        more.forEach(text -> secrets.add(Secret.of(text)));
        if (settings.has("secrets") && (more.isEmpty() || more.stream().anyMatch(String::isBlank))) {
            settings.problem("secrets", "Must be a list of texts that are not empty");
        }
        secrets.removeIf(Secret::isBlank);
        return secrets;
    }
}
