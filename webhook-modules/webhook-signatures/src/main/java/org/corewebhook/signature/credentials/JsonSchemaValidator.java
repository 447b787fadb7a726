package org.corewebhook.signature.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import java.time.Duration;
import java.util.List;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parses the body within the limits of payloads and compares it with the schema; the first difference ends it. */
final class JsonSchemaValidator implements Validator {

    private static final Logger log = LoggerFactory.getLogger(JsonSchemaValidator.class);

    private static final ValidationResult MISMATCH =
            ValidationResult.refused(ErrorKind.UNPROCESSABLE, "JSON schema validation failed");

    private static final ValidationResult UNUSABLE =
            ValidationResult.unavailable("The JSON schema cannot be applied now, retry later", Duration.ofMinutes(1));

    private final Schema schema;

    JsonSchemaValidator(Schema schema) {
        this.schema = schema;
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        byte[] body = request.body();
        String problem = StrictJson.problem(body);
        if (problem != null) {
            return ValidationResult.refused(ErrorKind.MALFORMED, problem);
        }
        JsonNode payload = StrictJson.parse(body);
        try {
            return payload != null && fits(payload) ? ValidationResult.accepted() : MISMATCH;
        } catch (SchemaException e) {
            log.warn("The schema cannot be applied, requests get 503", e);
            return UNUSABLE;
        } catch (StackOverflowError e) {
            log.warn("The schema refers to itself without end for some payloads, these get 503");
            return UNUSABLE;
        }
    }

    private boolean fits(JsonNode payload) {
        try {
            List<Error> errors = schema.validate(payload);
            if (errors.isEmpty()) {
                return true;
            }
            // where in the schema: the place in the payload, and its values, are the sender's words
            log.debug("A payload does not fit {}", errors.get(0).getSchemaLocation());
        } catch (ArithmeticException | NumberFormatException e) {
            log.debug("A payload has a number that cannot be compared", e);
        }
        return false;
    }
}
