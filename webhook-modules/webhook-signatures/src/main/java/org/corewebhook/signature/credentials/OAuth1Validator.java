package org.corewebhook.signature.credentials;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.credentials.FormBody.Field;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;

/**
 * Checks {@code Authorization: OAuth}: who, whether signed, whether new.
 *
 * <p>Signatures over the full URL are accepted, and those over the bare path without the query, which is all that the
 * reference accepts.
 */
final class OAuth1Validator implements Validator {

    private static final String[] REQUIRED = {"oauth_consumer_key", "oauth_signature_method", "oauth_signature"};

    private static final AuthorizationHeader HEADER =
            new AuthorizationHeader("OAuth", "OAuth 1.0 authentication required");
    private static final ValidationResult MALFORMED =
            ValidationResult.unauthorized("Invalid OAuth 1.0 Authorization header");
    private static final ValidationResult CONSUMER = ValidationResult.unauthorized("Invalid OAuth 1.0 consumer key");
    private static final ValidationResult VERSION = ValidationResult.unauthorized("Invalid OAuth 1.0 version");
    private static final ValidationResult BODY_HASH = ValidationResult.unauthorized("Invalid OAuth 1.0 body hash");
    private static final ValidationResult SIGNATURE = ValidationResult.unauthorized("Invalid OAuth 1.0 signature");

    private final Secret consumerKey;
    private final OAuth1Signature signature;
    private final OAuth1Freshness freshness;
    private final SenderUrl url;
    private final boolean requireBodyHash;

    OAuth1Validator(
            Secret consumerKey,
            OAuth1Signature signature,
            OAuth1Freshness freshness,
            SenderUrl url,
            boolean requireBodyHash) {
        this.consumerKey = consumerKey;
        this.signature = signature;
        this.freshness = freshness;
        this.url = url;
        this.requireBodyHash = requireBodyHash;
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        ValidationResult refusal = HEADER.refusal(request);
        if (refusal != null) {
            return refusal;
        }
        Map<String, String> parameters = decoded(AuthenticationParameters.parse(HEADER.credentials(request)));
        if (parameters == null) {
            return MALFORMED;
        }
        refusal = form(parameters);
        if (refusal == null) {
            refusal = freshness.refusal(parameters);
        }
        if (refusal != null) {
            return refusal;
        }
        if (!signature.fits(parameters.getOrDefault("oauth_signature", ""), baseStrings(request, parameters))) {
            return SIGNATURE;
        }
        String bodyHash = parameters.get("oauth_body_hash");
        if (bodyHash != null && !signature.fitsBody(bodyHash, request.body())) {
            return BODY_HASH;
        }
        return freshness.spend(parameters);
    }

    private @Nullable ValidationResult form(Map<String, String> parameters) {
        for (String name : REQUIRED) {
            if (!parameters.containsKey(name)) {
                return missing(name);
            }
        }
        if (requireBodyHash && !parameters.containsKey("oauth_body_hash")) {
            return missing("oauth_body_hash");
        }
        if (!consumerKey.matches(parameters.getOrDefault("oauth_consumer_key", ""))) {
            return CONSUMER;
        }
        String method = parameters.getOrDefault("oauth_signature_method", "");
        if (!method.equals(signature.method())) {
            return Refusals.naming("Invalid OAuth 1.0 signature method", method);
        }
        return parameters.getOrDefault("oauth_version", "1.0").equals("1.0") ? null : VERSION;
    }

    private static ValidationResult missing(String name) {
        return ValidationResult.unauthorized("Missing required OAuth 1.0 parameter: " + name);
    }

    /** Returns all that the signature may cover; nothing if the request cannot be read in one way only. */
    private List<String> baseStrings(WebhookRequest request, Map<String, String> sent) {
        List<Field> signed = new ArrayList<>();
        sent.forEach((name, value) -> {
            if (!name.equals("oauth_signature")) {
                signed.add(new Field(name, value));
            }
        });
        List<Field> form = FormBody.isForm(request) ? FormBody.fields(request.body()) : List.of();
        List<Field> query = request.query() == null ? List.of() : FormBody.fields(request.query());
        if (form == null || query == null || anyOfOAuth(form) || anyOfOAuth(query)) {
            return List.of();
        }
        signed.addAll(form);
        List<String> baseStrings = new ArrayList<>();
        baseStrings.add(OAuth1BaseString.of(request.method(), url.path(request), signed));
        signed.addAll(query);
        for (String base : url.bases(request)) {
            baseStrings.add(OAuth1BaseString.of(request.method(), base, signed));
        }
        return baseStrings;
    }

    /** Parameters of OAuth stand in the header only, or it would not be clear which ones count. */
    private static boolean anyOfOAuth(List<Field> parameters) {
        return parameters.stream().anyMatch(parameter -> parameter.name().startsWith("oauth_"));
    }

    /** The realm is no parameter of OAuth: it is not encoded, and not signed. */
    private static @Nullable Map<String, String> decoded(@Nullable Map<String, String> sent) {
        if (sent == null) {
            return null;
        }
        Map<String, String> parameters = new HashMap<>();
        for (Map.Entry<String, String> each : sent.entrySet()) {
            if (each.getKey().equalsIgnoreCase("realm")) {
                continue;
            }
            String name = PercentEncoding.decode(each.getKey(), false);
            String value = PercentEncoding.decode(each.getValue(), false);
            if (name == null || value == null || parameters.put(name, value) != null) {
                return null;
            }
        }
        return parameters;
    }

    @Override
    public Set<String> credentialHeaders() {
        return AuthorizationHeader.NAMES;
    }
}
