package org.corewebhook.validation;

import java.util.List;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Compares the keyed hash of the body with a header; the body is read only if the header can be right. */
final class HmacValidator implements Validator {

    private static final ValidationResult INVALID = ValidationResult.unauthorized("Invalid HMAC signature");

    private final String header;
    private final String prefix;
    private final SignatureEncoding encoding;
    private final HmacKey[] keys;
    private final int length;
    private final ValidationResult missing;
    private final ValidationResult duplicate;
    private final ValidationResult malformed;

    /** Takes at least one key; all keys make hashes of one length. */
    HmacValidator(String header, String algorithm, SignatureEncoding encoding, List<HmacKey> keys) {
        this.header = header;
        this.prefix = algorithm + "=";
        this.encoding = encoding;
        this.keys = keys.toArray(HmacKey[]::new);
        this.length = keys.get(0).length();
        this.missing = ValidationResult.unauthorized("Missing " + header + " header");
        this.duplicate = ValidationResult.unauthorized("Duplicate " + header + " header");
        this.malformed =
                ValidationResult.unauthorized("Invalid HMAC signature format (must be " + encoding.description() + ")");
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        String offered = request.headers().first(header);
        if (offered == null) {
            return missing;
        }
        if (request.headers().count(header) > 1) {
            return duplicate;
        }
        byte[] signature = encoding.decode(offered, offered.startsWith(prefix) ? prefix.length() : 0);
        if (signature == null) {
            return malformed;
        }
        if (signature.length != length) {
            return INVALID;
        }
        return isSigned(request.body(), signature) ? ValidationResult.accepted() : INVALID;
    }

    /** Tries all keys always, so that time does not tell which one is in use. */
    private boolean isSigned(byte[] body, byte[] signature) {
        boolean signed = false;
        for (HmacKey key : keys) {
            signed |= Secret.equal(key.sign(body), signature);
        }
        return signed;
    }
}
