package org.corewebhook.signature;

import java.util.List;
import org.corewebhook.Secret;
import org.corewebhook.signature.scheme.Preset;
import org.corewebhook.signature.scheme.Presets;

/**
 * The schemes of the senders, by name; short forms for the common ones. The README lists all of them with their
 * sources, and says which of them are experimental.
 */
public final class SignatureSchemes {

    private SignatureSchemes() {}

    /** Returns the names of all schemes. */
    public static List<String> names() {
        return Presets.names();
    }

    /** Returns a verifier for a scheme that needs nothing but a secret. */
    public static SignatureVerifier of(String scheme, String secret) {
        return SignatureVerifier.builder(scheme).secret(Secret.of(secret)).build();
    }

    /** Returns a verifier for GitHub. */
    public static SignatureVerifier github(String secret) {
        return of("github", secret);
    }

    /** Returns a verifier for GitLab's secret token. */
    public static SignatureVerifier gitlab(String token) {
        return of("gitlab", token);
    }

    /** Returns a verifier for Stripe. */
    public static SignatureVerifier stripe(String secret) {
        return of("stripe", secret);
    }

    /** Returns a verifier for Slack. */
    public static SignatureVerifier slack(String signingSecret) {
        return of("slack", signingSecret);
    }

    /** Returns a verifier for Shopify. */
    public static SignatureVerifier shopify(String secret) {
        return of("shopify", secret);
    }

    /** Returns a verifier for Twilio, which signs the URL that it calls. */
    public static SignatureVerifier twilio(String authToken, String publicUrl) {
        return SignatureVerifier.builder("twilio")
                .secret(Secret.of(authToken))
                .publicUrl(publicUrl)
                .build();
    }

    /** Returns a verifier for Discord, with the public key of the application. */
    public static SignatureVerifier discord(String publicKey) {
        return SignatureVerifier.builder("discord").publicKey(publicKey).build();
    }

    /** Returns a verifier for Standard Webhooks with symmetric keys. */
    public static SignatureVerifier standardWebhooks(String secret) {
        return of("standard-webhooks", secret);
    }

    static Preset preset(String name) {
        Preset preset = Presets.byName(name);
        if (preset == null) {
            throw new IllegalArgumentException("There is no such scheme; there are " + String.join(", ", names()));
        }
        return preset;
    }
}
