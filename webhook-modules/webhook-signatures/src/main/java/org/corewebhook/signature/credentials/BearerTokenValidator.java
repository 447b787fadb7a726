package org.corewebhook.signature.credentials;

import java.util.Set;
import java.util.regex.Pattern;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Takes the token out of {@code Authorization: Bearer} (RFC 6750, 2.1) and has it verified. */
final class BearerTokenValidator implements Validator {

    /** {@code b64token} of RFC 6750, 2.1. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final ValidationResult MALFORMED = ValidationResult.unauthorized("Invalid OAuth 2.0 token format");

    private final AuthorizationHeader header;
    private final TokenProof proof;
    private final RemoteTrouble trouble;

    BearerTokenValidator(String tokenType, TokenProof proof, RemoteTrouble trouble) {
        this.header = new AuthorizationHeader(tokenType, "OAuth 2.0 " + tokenType + " token required");
        this.proof = proof;
        this.trouble = trouble;
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        ValidationResult refusal = header.refusal(request);
        if (refusal != null) {
            return refusal;
        }
        String token = header.credentials(request);
        if (!TOKEN.matcher(token).matches()) {
            return MALFORMED;
        }
        try {
            return proof.verify(token);
        } catch (RemoteException e) {
            return trouble.refuse(e);
        }
    }

    @Override
    public Set<String> credentialHeaders() {
        return AuthorizationHeader.NAMES;
    }
}
