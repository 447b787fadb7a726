package org.corewebhook.signature.credentials;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.corewebhook.signature.credentials.FormBody.Field;

/** What an OAuth 1.0 signature covers: the signature base string of RFC 5849, 3.4.1. */
final class OAuth1BaseString {

    private OAuth1BaseString() {}

    /** Returns the base string; {@code uri} is the base string URI or, as the reference wants it, the bare path. */
    static String of(String method, String uri, List<Field> parameters) {
        List<Field> encoded = new ArrayList<>(parameters.size());
        for (Field parameter : parameters) {
            encoded.add(new Field(PercentEncoding.encode(parameter.name()), PercentEncoding.encode(parameter.value())));
        }
        encoded.sort(Comparator.comparing(Field::name).thenComparing(Field::value));
        StringBuilder normalised = new StringBuilder();
        for (Field parameter : encoded) {
            normalised
                    .append(normalised.isEmpty() ? "" : "&")
                    .append(parameter.name())
                    .append('=')
                    .append(parameter.value());
        }
        return method + "&" + PercentEncoding.encode(uri) + "&" + PercentEncoding.encode(normalised.toString());
    }
}
