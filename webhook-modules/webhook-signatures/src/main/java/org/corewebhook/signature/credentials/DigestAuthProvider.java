package org.corewebhook.signature.credentials;

import java.time.Duration;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code digest_auth}: HTTP Digest authentication (RFC 7616, and its older forms RFC 2617 and RFC 2069).
 *
 * <p>{@code username} and {@code password}; {@code realm} (default "Webhook API"); {@code algorithm} (MD5 by default,
 * or SHA-256); {@code qop} (only auth); {@code server_nonce} (default false): accept only nonces that we have issued,
 * and send a challenge with each 401; {@code nonce_lifetime} (default 5 minutes); {@code public_url}: what the sender
 * asks for, if a proxy changes the path. Thread-safe.
 */
public final class DigestAuthProvider implements ValidatorProvider {

    private static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

    /** Made by {@link java.util.ServiceLoader}. */
    public DigestAuthProvider() {}

    @Override
    public String key() {
        return "digest_auth";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.CREDENTIALS;
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        Secret username = settings.requireSecret("username");
        Secret password = settings.requireSecret("password");
        String realm = settings.string("realm", "Webhook API");
        DigestHash hash = DigestHash.named(settings.oneOf("algorithm", "MD5", "MD5", "SHA-256"));
        settings.oneOf("qop", "auth", "auth");
        boolean serverNonce = settings.flag("server_nonce", false);
        Duration lifetime =
                settings.duration("nonce_lifetime", DEFAULT_LIFETIME, Duration.ofSeconds(1), Duration.ofDays(1));
        SenderUrl url = SenderUrl.read(settings);
        if (!realm.chars().allMatch(sign -> sign >= ' ' && sign < 0x7f)) {
            settings.problem("realm", "Must be plain ASCII: it is sent in a header");
        }
        if (username.reveal().indexOf(':') >= 0) {
            settings.problem("username", "Must not contain a colon: it ends the user name (RFC 7616, 3.4.4)");
        }
        if (username.isBlank() || password.isBlank()) {
            return Refusals.closed();
        }
        DigestAccount account = DigestAccount.of(username, password, realm, hash);
        return serverNonce
                ? DigestAuthValidator.withServerNonces(account, url, endpoint.clock(), lifetime)
                : DigestAuthValidator.withNoncesOfSenders(account, url);
    }
}
