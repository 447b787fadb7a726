package org.corewebhook.signature.scheme;

import java.util.ArrayList;
import java.util.List;
import org.corewebhook.signature.key.SignatureEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Where the signatures stand and how they are written.
 *
 * @param places each may hold signatures, at least one must
 * @param prefix what stands before the signature: {@code sha256=}; empty for nothing
 * @param list how the header splits into fields, or null if the signature is all of it
 * @param encoding how the bytes are written
 */
public record SignaturePlace(
        List<Place> places, String prefix, @Nullable FieldList list, SignatureEncoding encoding) {

    /** More signatures than any sender has keys; each one costs a comparison. */
    static final int MAX_CANDIDATES = 16;

    /** Copies the list. */
    public SignaturePlace {
        places = List.copyOf(places);
    }

    /**
     * A header of fields.
     *
     * @param separator what divides fields
     * @param assign what divides name and value
     * @param field the name of the field with a signature; all others are ignored
     */
    public record FieldList(char separator, char assign, String field) {}

    static SignaturePlace header(String name, SignatureEncoding encoding) {
        return new SignaturePlace(List.of(Place.header(name)), "", null, encoding);
    }

    SignaturePlace after(String before) {
        return new SignaturePlace(places, before, list, encoding);
    }

    SignaturePlace fields(char separator, char assign, String field) {
        return new SignaturePlace(places, prefix, new FieldList(separator, assign, field), encoding);
    }

    /** What stands there: the candidates, and the header's fields if it has some. */
    record Found(List<byte[]> signatures, @Nullable SignatureFields fields) {}

    Found read(SignedRequest request) throws UnprovenException {
        return list == null && places.size() == 1 ? readOne(request) : readAll(request);
    }

    /** What most senders need. */
    private Found readOne(SignedRequest request) throws UnprovenException {
        String text = places.get(0).read(request, null);
        if (text == null) {
            throw missing();
        }
        return new Found(List.of(decoded(text)), null);
    }

    private Found readAll(SignedRequest request) throws UnprovenException {
        List<byte[]> signatures = new ArrayList<>(2);
        SignatureFields fields = null;
        for (Place place : places) {
            String text = place.read(request, null);
            if (text == null) {
                continue;
            }
            if (list == null) {
                signatures.add(decoded(text));
                continue;
            }
            fields = SignatureFields.parse(text, list.separator(), list.assign());
            for (String candidate : fields.all(list.field())) {
                signatures.add(decoded(candidate));
            }
        }
        if (signatures.isEmpty()) {
            throw missing();
        }
        if (signatures.size() > MAX_CANDIDATES) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "There are too many signatures");
        }
        return new Found(signatures, fields);
    }

    private UnprovenException missing() {
        return new UnprovenException(SignatureFailure.MISSING, "There is no signature in " + places);
    }

    private byte[] decoded(String text) throws UnprovenException {
        byte[] signature = text.startsWith(prefix) ? encoding.decode(text, prefix.length()) : null;
        if (signature == null) {
            String before = prefix.isEmpty() ? "" : prefix + " and then ";
            throw new UnprovenException(
                    SignatureFailure.MALFORMED,
                    "The signature must be " + before + encoding.key() + ", all in one case");
        }
        return signature;
    }
}
