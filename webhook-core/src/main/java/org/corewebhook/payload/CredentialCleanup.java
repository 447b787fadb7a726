package org.corewebhook.payload;

import java.util.List;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Hides credentials in what is delivered: {@code credential_cleanup} of an endpoint in {@code webhooks.json}.
 *
 * <p>Off unless the key is there. {@code enabled} (true), {@code mode} ({@code mask}: values become {@value #MASK};
 * {@code remove}: keys and headers vanish), {@code fields} (names besides {@link SensitiveNames}). Works on headers and
 * on bodies that are JSON; other bodies stay as they are, and so does every byte of a JSON body that is not hidden. A
 * signature over the body no longer fits where something was. Immutable and thread-safe.
 */
public final class CredentialCleanup {

    /** What stands in the place of a credential in mode {@code mask}. */
    public static final String MASK = "***REDACTED***";

    private static final String KEY = "credential_cleanup";

    private final Redaction redaction;

    private CredentialCleanup(Redaction redaction) {
        this.redaction = redaction;
    }

    /** Returns the cleanup that the endpoint asks for, or null if it asks for none. */
    public static @Nullable CredentialCleanup read(Settings endpoint) {
        Settings settings = endpoint.object(KEY);
        boolean enabled = settings.flag("enabled", endpoint.has(KEY));
        boolean remove = settings.oneOf("mode", "mask", "mask", "remove").equals("remove");
        List<String> fields = settings.strings("fields");
        if (!enabled) {
            return null;
        }
        SensitiveNames names = SensitiveNames.with(fields);
        return new CredentialCleanup(remove ? Redaction.removing(names) : Redaction.masking(names, MASK));
    }

    /** Returns the event without credentials: the same one if there are none. */
    public WebhookEvent apply(WebhookEvent event) {
        Headers headers = redaction.headers(event.headers());
        byte[] json = redaction.json(event.body());
        byte[] body = json == null ? event.body() : json;
        return headers == event.headers() && body == event.body() ? event : event.with(headers, body);
    }
}
