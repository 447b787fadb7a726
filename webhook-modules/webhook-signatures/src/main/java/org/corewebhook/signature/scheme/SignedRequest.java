package org.corewebhook.signature.scheme;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import org.corewebhook.Headers;
import org.corewebhook.WebhookRequest;
import org.jspecify.annotations.Nullable;

/** A request as a scheme reads it: each header once, the body raw, the URL as the sender knows it. One thread. */
public final class SignedRequest {

    /** What is read twice must be the same twice: a name that is repeated could mean one thing here, another later. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final WebhookRequest request;
    private final PublicUrl publicUrl;
    private @Nullable JsonNode json;

    /** Reads this request; the public URL says how it is called from outside. */
    public SignedRequest(WebhookRequest request, PublicUrl publicUrl) {
        this.request = request;
        this.publicUrl = publicUrl;
    }

    /** Returns the method. */
    public String method() {
        return request.method();
    }

    /** Returns all headers. */
    public Headers headers() {
        return request.headers();
    }

    /** Returns the exact bytes of the body. */
    public byte[] body() {
        return request.body();
    }

    /** Returns the raw path and query of the request line. */
    public String target() {
        return request.query() == null ? request.requestUri() : request.requestUri() + "?" + request.query();
    }

    /** Returns the raw path of the request line. */
    public String path() {
        return request.requestUri();
    }

    /** Returns the raw query, or null. */
    public @Nullable String query() {
        return request.query();
    }

    /** Returns the URL that the sender called. */
    public String url() throws UnprovenException {
        return publicUrl.of(request);
    }

    /** Returns the value of a header that may be there once, or null. */
    public @Nullable String header(String name) throws UnprovenException {
        String value = null;
        for (Headers.Header field : request.headers()) {
            if (field.name().equals(name) || field.name().equalsIgnoreCase(name)) {
                if (value != null) {
                    throw new UnprovenException(SignatureFailure.DUPLICATE, "The header " + name + " is there twice");
                }
                value = field.value();
            }
        }
        return value;
    }

    /** Returns the value of a header that must be there once. */
    public String required(String name) throws UnprovenException {
        String value = header(name);
        if (value == null) {
            throw new UnprovenException(SignatureFailure.MISSING, "There is no header " + name);
        }
        return value;
    }

    /** Returns the value of a parameter in the query that must be there once. */
    String requiredParameter(String name) throws UnprovenException {
        List<String> values = request.queryParameters(name);
        if (values.size() != 1) {
            throw new UnprovenException(
                    values.isEmpty() ? SignatureFailure.MISSING : SignatureFailure.DUPLICATE,
                    "The query needs the parameter " + name + " once");
        }
        return values.get(0);
    }

    /** Returns the body as JSON. */
    public JsonNode json() throws UnprovenException {
        JsonNode parsed = json;
        if (parsed == null) {
            try {
                parsed = JSON.readTree(request.body());
            } catch (IOException e) {
                throw new UnprovenException(SignatureFailure.MALFORMED, "The body is not JSON");
            }
            json = parsed;
        }
        return parsed;
    }

    /** Returns the text or number at a place in the body, or null. */
    @Nullable
    String jsonText(JsonPointer pointer) throws UnprovenException {
        JsonNode value = json().at(pointer);
        return value.isTextual() || value.isIntegralNumber() ? value.asText() : null;
    }
}
