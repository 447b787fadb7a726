package org.corewebhook.servlet;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters in the order in which they came, duplicates kept; {@code application/x-www-form-urlencoded} as in the URL
 * Standard (url.spec.whatwg.org, 5.1), but in any charset. A broken escape stands for itself. Not thread-safe.
 */
final class FormParameters {

    /** More cannot be meant; each costs some hundred bytes of memory, of which a sender pays two. */
    static final int MAX_PARAMETERS = 10_000;

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private int count;

    /** Adds one parameter. */
    void add(String name, String value) {
        count++;
        if (count > MAX_PARAMETERS) {
            throw new IllegalStateException("More than " + MAX_PARAMETERS + " parameters"); // as Servlet 6.1 has it
        }
        values.computeIfAbsent(name, first -> new ArrayList<>(1)).add(value);
    }

    /** Adds those of a raw query. */
    void addQuery(@Nullable String query) {
        if (query != null) {
            addPairs(query, StandardCharsets.UTF_8);
        }
    }

    /** Adds those of a form. */
    void addEncoded(byte[] form, Charset charset) {
        addPairs(new String(form, charset), charset);
    }

    /** Returns all parameters. */
    Map<String, String[]> toMap() {
        Map<String, String[]> map = new LinkedHashMap<>();
        values.forEach((name, all) -> map.put(name, all.toArray(new String[0])));
        return map;
    }

    private void addPairs(String text, Charset charset) {
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('&', start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                addPair(text.substring(start, end), charset);
            }
            start = end + 1;
        }
    }

    private void addPair(String pair, Charset charset) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            add(decode(pair, charset), "");
        } else {
            add(decode(pair.substring(0, equals), charset), decode(pair.substring(equals + 1), charset));
        }
    }

    private static String decode(String text, Charset charset) {
        if (text.indexOf('%') < 0) {
            return text.replace('+', ' ');
        }
        try {
            return URLDecoder.decode(text, charset);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
