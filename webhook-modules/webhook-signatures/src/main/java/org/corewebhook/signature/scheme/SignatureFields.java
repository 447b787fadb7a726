package org.corewebhook.signature.scheme;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A header that lists fields: {@code t=1,v1=ab,v1=cd}. Order and repetitions are kept, unknown fields are allowed,
 * since senders announce new versions in this way, and their number is bounded.
 */
final class SignatureFields {

    private static final int MAX_FIELDS = 32;

    private final List<String> names = new ArrayList<>(4);
    private final List<String> values = new ArrayList<>(4);

    private SignatureFields() {}

    /** Takes a header apart: fields are divided by one character, name and value by another. */
    static SignatureFields parse(String text, char separator, char assign) throws UnprovenException {
        SignatureFields fields = new SignatureFields();
        int start = 0;
        while (start <= text.length()) {
            int next = text.indexOf(separator, start);
            int end = next < 0 ? text.length() : next;
            fields.add(text, start, end, assign);
            start = end + 1;
        }
        return fields;
    }

    private void add(String text, int from, int end, char assign) throws UnprovenException {
        int start = from;
        while (start < end && text.charAt(start) == ' ') {
            start++; // "t=1, v1=ab" is how some write it
        }
        int equals = text.indexOf(assign, start);
        if (equals <= start || equals >= end || names.size() == MAX_FIELDS) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "The signature's header is no list of fields");
        }
        names.add(text.substring(start, equals));
        values.add(text.substring(equals + 1, end));
    }

    /** Returns all values of the name. */
    List<String> all(String name) {
        List<String> found = new ArrayList<>(2);
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(name)) {
                found.add(values.get(i));
            }
        }
        return found;
    }

    /** Returns the value of a name that may be there once, or null. */
    @Nullable
    String single(String name) throws UnprovenException {
        int index = names.indexOf(name);
        if (index != names.lastIndexOf(name)) {
            throw new UnprovenException(SignatureFailure.DUPLICATE, "The field " + name + " is there twice");
        }
        return index < 0 ? null : values.get(index);
    }
}
