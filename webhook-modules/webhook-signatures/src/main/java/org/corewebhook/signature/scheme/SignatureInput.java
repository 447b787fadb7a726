package org.corewebhook.signature.scheme;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One member of the header Signature-Input (RFC 9421, 4.1): the components that a signature covers, and its parameters.
 *
 * @param label the name of the signature
 * @param components the names of the covered components, in order
 * @param parameters the parameters without quotes
 * @param text list and parameters exactly as sent, which is what is signed
 */
record SignatureInput(String label, List<String> components, Map<String, String> parameters, String text) {

    private static final int MAX_COMPONENTS = 32;

    /** Returns the member with this label, or the only one if the label is null. */
    static SignatureInput parse(String header, @Nullable String label) throws UnprovenException {
        List<String> members = split(header, ',');
        if (label == null && members.size() != 1) {
            throw new UnprovenException(
                    SignatureFailure.MALFORMED, "There are several signatures: set the parameter label");
        }
        SignatureInput found = null;
        for (String member : members) {
            int equals = member.indexOf('=');
            String name = equals < 0 ? "" : member.substring(0, equals).strip();
            if (equals > 0 && (label == null || name.equals(label))) {
                if (found != null) {
                    throw new UnprovenException(SignatureFailure.DUPLICATE, "A signature is there twice");
                }
                found = member(name, member.substring(equals + 1).strip());
            }
        }
        if (found == null) {
            throw new UnprovenException(SignatureFailure.MISSING, "There is no signature with that label");
        }
        return found;
    }

    private static SignatureInput member(String label, String text) throws UnprovenException {
        int close = closing(text);
        List<String> components = new ArrayList<>();
        for (String item : split(text.substring(1, close), ' ')) {
            if (!item.isEmpty()) {
                components.add(quoted(item));
            }
        }
        if (components.size() > MAX_COMPONENTS || components.stream().distinct().count() != components.size()) {
            throw malformed();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : split(text.substring(close + 1), ';')) {
            if (!parameter.isBlank()) {
                addParameter(parameters, parameter.strip());
            }
        }
        return new SignatureInput(label, components, parameters, text);
    }

    private static void addParameter(Map<String, String> parameters, String text) throws UnprovenException {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        String value = equals < 0 ? "?1" : text.substring(equals + 1);
        if (parameters.put(name, value.startsWith("\"") ? quoted(value) : value) != null) {
            throw malformed();
        }
    }

    private static int closing(String text) throws UnprovenException {
        boolean quoted = false;
        for (int i = 1; text.startsWith("(") && i < text.length(); i++) {
            quoted ^= text.charAt(i) == '"';
            if (text.charAt(i) == ')' && !quoted) {
                return i;
            }
        }
        throw malformed();
    }

    /** Escapes are allowed by RFC 8941, but not needed by any name or id that we know: they are refused. */
    private static String quoted(String item) throws UnprovenException {
        if (item.length() < 2 || !item.startsWith("\"") || !item.endsWith("\"") || item.indexOf('\\') >= 0) {
            throw malformed();
        }
        String inside = item.substring(1, item.length() - 1);
        if (inside.indexOf('"') >= 0) {
            throw malformed();
        }
        return inside;
    }

    /** Splits at a character outside of quotes. */
    static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '"';
            if (c == separator && !quoted) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    static Instant instant(String seconds) throws UnprovenException {
        return new TimestampPlace(Place.field("created"), TimestampPlace.Unit.SECONDS).parse(seconds);
    }

    private static UnprovenException malformed() {
        return new UnprovenException(
                SignatureFailure.MALFORMED, "Signature-Input is not well-formed, or not supported");
    }
}
