package org.corewebhook.signature.credentials;

import java.net.URI;
import java.time.Duration;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.signature.remote.RemoteClient;
import org.corewebhook.signature.remote.RemotePolicy;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code recaptcha}: the sender's browser has solved a reCAPTCHA, which Google confirms.
 *
 * <p>{@code secret_key}; {@code version} (v3 by default, or v2); {@code token_source} (header by default, or body);
 * {@code token_field} (default X-Recaptcha-Token); {@code min_score} (v3 only, default 0.5); {@code action} (v3 only);
 * {@code verify_url}, another server with the same interface; {@code timeout} (default 5 s). Thread-safe.
 *
 * @see <a href="https://developers.google.com/recaptcha/docs/verify">Verifying the user's response</a>
 */
public final class RecaptchaProvider implements ValidatorProvider {

    private static final URI GOOGLE = URI.create("https://www.google.com/recaptcha/api/siteverify");
    private static final String DEFAULT_FIELD = "X-Recaptcha-Token";

    /** Made by {@link java.util.ServiceLoader}. */
    public RecaptchaProvider() {}

    @Override
    public String key() {
        return "recaptcha";
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        Secret secret = settings.requireSecret("secret_key");
        boolean scored = settings.oneOf("version", "v3", "v2", "v3").equals("v3");
        boolean inHeader =
                settings.oneOf("token_source", "header", "header", "body").equals("header");
        String field = settings.string("token_field");
        if (inHeader && field != null && !field.matches("[A-Za-z0-9_-]{1,100}")) {
            settings.problem("token_field", "Must be the name of a header");
        }
        double minScore = settings.number("min_score", 0.5, 0, 1);
        @Nullable String action = settings.string("action");
        URI url = settings.has("verify_url") ? settings.requireUri("verify_url", "https", "http") : GOOGLE;
        Duration timeout = settings.duration(
                "timeout", RemoteClient.DEFAULT_TIMEOUT, Duration.ofMillis(10), Duration.ofSeconds(30));
        if (!scored && action != null) {
            settings.problem("action", "Only v3 has actions");
        }
        if (secret.isBlank()) {
            return Refusals.closed();
        }
        RecaptchaToken token = inHeader
                ? RecaptchaToken.inHeader(field == null ? DEFAULT_FIELD : field)
                : RecaptchaToken.inBody(field);
        RemoteClient client = RemoteClient.builder(RemotePolicy.operatorUrls())
                .timeout(timeout)
                .build();
        RecaptchaCheck check = new RecaptchaCheck(client, url, secret, scored ? minScore : null, action);
        return new RecaptchaValidator(token, check, new RemoteTrouble(key(), endpoint.clock()));
    }
}
