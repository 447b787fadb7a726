package org.corewebhook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of one message, in order, duplicates kept; names compare without regard to case (RFC 9110, 5.1).
 *
 * <p>Immutable and thread-safe. Look-up walks the fields: webhooks carry few, and no map has to be built.
 */
public final class Headers implements Iterable<Headers.Header> {

    private static final Headers EMPTY = new Headers(new String[0]);

    /** Name, value, name, value, ... */
    private final String[] fields;

    private Headers(String[] fields) {
        this.fields = fields;
    }

    /** One header field. */
    public record Header(String name, String value) {
        /** Names the field only: its value may be a credential. */
        @Override
        public String toString() {
            return name + ": ***";
        }
    }

    /** Returns no headers. */
    public static Headers empty() {
        return EMPTY;
    }

    /**
     * Returns headers made of names and values in turn: {@code of("Content-Type", "text/plain", "X-Event", "push")}.
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("A value is missing: headers are given as name, value, name, value");
        }
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** Returns a builder that keeps fields in the order in which they are added. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the number of fields, duplicates counted. */
    public int size() {
        return fields.length / 2;
    }

    /** Returns the value of the first field of that name, or null. */
    public @Nullable String first(String name) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return fields[i + 1];
            }
        }
        return null;
    }

    /** Returns how many fields have that name. */
    public int count(String name) {
        int count = 0;
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                count++;
            }
        }
        return count;
    }

    /** Returns the values of all fields of that name, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                values.add(fields[i + 1]);
            }
        }
        return values;
    }

    /** Returns the sum of the lengths of all names and values, in characters. */
    public int totalLength() {
        int length = 0;
        for (String field : fields) {
            length += field.length();
        }
        return length;
    }

    /** Returns these headers without the fields whose name the predicate matches. */
    public Headers without(Predicate<String> nameMatches) {
        boolean anyMatch = false;
        for (int i = 0; i < fields.length && !anyMatch; i += 2) {
            anyMatch = nameMatches.test(fields[i]);
        }
        if (!anyMatch) {
            return this;
        }
        Builder builder = builder();
        for (Header header : this) {
            if (!nameMatches.test(header.name())) {
                builder.add(header.name(), header.value());
            }
        }
        return builder.build();
    }

    /** Returns a map from lower-case name to value; values of repeated fields are joined with {@code ", "}. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (Header header : this) {
            map.merge(header.name().toLowerCase(Locale.ROOT), header.value(), (first, next) -> first + ", " + next);
        }
        return map;
    }

    @Override
    public Iterator<Header> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < fields.length;
            }

            @Override
            public Header next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Header header = new Header(fields[next], fields[next + 1]);
                next += 2;
                return header;
            }
        };
    }

    /** Names the fields only: a value may be a credential. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        forEach(header -> names.add(header.name()));
        return names.toString();
    }

    /** Collects header fields; not thread-safe. */
    public static final class Builder {

        /** Name, value, name, value, ... with room for the fields of an ordinary webhook. */
        private String[] fields = new String[24];

        private int length;

        private Builder() {}

        /** Adds a field after those that are there. */
        public Builder add(String name, String value) {
            makeRoom(2);
            fields[length++] = Objects.requireNonNull(name, "name");
            fields[length++] = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Adds all fields of the other headers. */
        public Builder addAll(Headers headers) {
            makeRoom(headers.fields.length);
            System.arraycopy(headers.fields, 0, fields, length, headers.fields.length);
            length += headers.fields.length;
            return this;
        }

        /** Returns the headers. */
        public Headers build() {
            return length == 0 ? EMPTY : new Headers(Arrays.copyOf(fields, length));
        }

        private void makeRoom(int more) {
            if (length + more > fields.length) {
                fields = Arrays.copyOf(fields, Math.max(length + more, 2 * fields.length));
            }
        }
    }
}
