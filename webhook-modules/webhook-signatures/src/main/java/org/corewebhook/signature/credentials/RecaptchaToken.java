package org.corewebhook.signature.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.credentials.FormBody.Field;
import org.jspecify.annotations.Nullable;

/** Where a request carries its reCAPTCHA token. Immutable and thread-safe. */
final class RecaptchaToken {

    private static final List<String> MEMBERS = List.of("recaptcha_token", "recaptcha", "g-recaptcha-response");

    private final @Nullable String header;
    private final Set<String> members;

    private RecaptchaToken(@Nullable String header, Set<String> members) {
        this.header = header;
        this.members = members;
    }

    /** The token is a header. */
    static RecaptchaToken inHeader(String name) {
        return new RecaptchaToken(name, Set.of());
    }

    /** The token is a member of the JSON object in the body, or a field of a form; the reference knows three names. */
    static RecaptchaToken inBody(@Nullable String alsoCalled) {
        Set<String> members = new LinkedHashSet<>(MEMBERS);
        if (alsoCalled != null && !alsoCalled.isBlank()) {
            members.add(alsoCalled);
        }
        return new RecaptchaToken(null, members);
    }

    /** Returns the header that carries it; none if it is in the body. */
    Set<String> headers() {
        return header == null ? Set.of() : Set.of(header);
    }

    /** Says where it is expected. */
    String where() {
        return header == null ? "body" : "header: " + header;
    }

    /** Returns the token; null if there is none, or several. */
    @Nullable
    String find(WebhookRequest request) {
        if (header != null) {
            List<String> values = request.headers().all(header);
            return values.size() == 1 ? values.get(0) : null;
        }
        return FormBody.isForm(request) ? inForm(request.body()) : inJson(request.body());
    }

    private @Nullable String inJson(byte[] body) {
        JsonNode json = StrictJson.parse(body);
        if (json == null) {
            return null;
        }
        for (String member : members) {
            if (json.path(member).isTextual()) {
                return json.path(member).textValue();
            }
        }
        return null;
    }

    private @Nullable String inForm(byte[] body) {
        List<Field> form = FormBody.fields(body);
        if (form == null) {
            return null;
        }
        List<Field> tokens =
                form.stream().filter(field -> members.contains(field.name())).toList();
        return tokens.size() == 1 ? tokens.get(0).value() : null;
    }
}
