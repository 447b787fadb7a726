package org.corewebhook.signature.scheme;

import com.fasterxml.jackson.core.JsonPointer;
import org.jspecify.annotations.Nullable;

/**
 * Where in a request a value stands.
 *
 * @param kind what it stands in
 * @param name the name of the header, of the field in the signature's header, or of the parameter, or a JSON pointer
 */
public record Place(Kind kind, String name) {

    /** What a value can stand in. */
    public enum Kind {
        /** In a header of its own. */
        HEADER,
        /** In a field of the signature's header: {@code t} in {@code t=1,v1=ab}. */
        FIELD,
        /** In the body, which is JSON. */
        POINTER,
        /** In the query. */
        QUERY
    }

    static Place header(String name) {
        return new Place(Kind.HEADER, name);
    }

    static Place field(String name) {
        return new Place(Kind.FIELD, name);
    }

    static Place pointer(String pointer) {
        return new Place(Kind.POINTER, JsonPointer.valueOf(pointer).toString());
    }

    static Place query(String name) {
        return new Place(Kind.QUERY, name);
    }

    /** Returns the value, or null; fields come from the header that was taken apart. */
    @Nullable
    String read(SignedRequest request, @Nullable SignatureFields fields) throws UnprovenException {
        return switch (kind) {
            case HEADER -> request.header(name);
            case FIELD -> fields == null ? null : fields.single(name);
            case POINTER -> request.jsonText(JsonPointer.valueOf(name));
            case QUERY -> request.requiredParameter(name);
        };
    }

    String require(SignedRequest request, @Nullable SignatureFields fields) throws UnprovenException {
        String value = read(request, fields);
        if (value == null || value.isEmpty()) {
            throw new UnprovenException(SignatureFailure.MISSING, "There is no " + this);
        }
        return value;
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + " " + name;
    }
}
