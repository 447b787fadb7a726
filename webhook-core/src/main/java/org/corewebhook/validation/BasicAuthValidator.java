package org.corewebhook.validation;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Checks user name and password of {@code Authorization: Basic} (RFC 7617). */
final class BasicAuthValidator implements Validator {

    private static final String SCHEME = "Basic ";
    private static final ValidationResult REQUIRED = ValidationResult.unauthorized("Basic authentication required");
    private static final ValidationResult WHITE_SPACE =
            ValidationResult.unauthorized("Invalid base64 encoding: whitespace not allowed");
    private static final ValidationResult NOT_PADDED =
            ValidationResult.unauthorized("Invalid base64 encoding in Authorization header");
    private static final ValidationResult NOT_BASE64 = ValidationResult.unauthorized("Invalid base64 encoding format");
    private static final ValidationResult NO_COLON = ValidationResult.unauthorized("Invalid basic auth format");
    private static final ValidationResult INVALID = ValidationResult.unauthorized("Invalid credentials");

    private final Secret username;
    private final Secret password;

    BasicAuthValidator(Secret username, Secret password) {
        this.username = username;
        this.password = password;
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        if (AuthorizationHeader.isDuplicated(request)) {
            return AuthorizationHeader.DUPLICATE;
        }
        String header = request.headers().first(AuthorizationHeader.NAME);
        if (header == null) {
            return AuthorizationHeader.MISSING;
        }
        return header.startsWith(SCHEME) ? validate(header.substring(SCHEME.length())) : REQUIRED;
    }

    private ValidationResult validate(String encoded) {
        if (encoded.chars().anyMatch(Character::isWhitespace)) {
            return WHITE_SPACE;
        }
        if (encoded.isEmpty() || encoded.length() % 4 != 0) {
            return NOT_PADDED; // the JDK's decoder would let missing padding pass
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            return NOT_BASE64; // its message would quote the credential
        }
        String credentials = text(decoded);
        int colon = credentials.indexOf(':');
        if (colon < 0) {
            return NO_COLON;
        }
        // both are compared before either counts: time does not tell which one is wrong
        boolean sameUser = username.matches(credentials.substring(0, colon));
        boolean samePassword = password.matches(credentials.substring(colon + 1));
        return sameUser && samePassword ? ValidationResult.accepted() : INVALID;
    }

    /** UTF-8, or Latin-1 as older clients send it: RFC 7617 leaves the encoding open. */
    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public Set<String> credentialHeaders() {
        return AuthorizationHeader.NAMES;
    }
}
