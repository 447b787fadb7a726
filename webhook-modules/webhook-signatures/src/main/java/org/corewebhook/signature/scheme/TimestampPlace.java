package org.corewebhook.signature.scheme;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Where the time of a signature stands and in which unit. */
public record TimestampPlace(Place place, Unit unit) {

    private static final int MAX_DIGITS = 15;

    /** How a time is written. */
    public enum Unit {
        /** Seconds since 1970. */
        SECONDS("s"),
        /** Milliseconds since 1970. */
        MILLIS("ms"),
        /** A date and time as in RFC 3339, fractions allowed. */
        RFC3339("rfc3339");

        private final String key;

        Unit(String key) {
            this.key = key;
        }

        /** Returns the name in {@code webhooks.json}. */
        public String key() {
            return key;
        }
    }

    /** Returns the instant that the text is; the text itself is what is signed. */
    Instant parse(String text) throws UnprovenException {
        try {
            return switch (unit) {
                case SECONDS -> Instant.ofEpochSecond(digits(text));
                case MILLIS -> Instant.ofEpochMilli(digits(text));
                case RFC3339 -> OffsetDateTime.parse(text).toInstant();
            };
        } catch (DateTimeException e) {
            throw malformed();
        }
    }

    private long digits(String text) throws UnprovenException {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9' || i == MAX_DIGITS) {
                throw malformed();
            }
            value = value * 10 + (digit - '0');
        }
        return value;
    }

    private UnprovenException malformed() {
        return new UnprovenException(SignatureFailure.MALFORMED, "The time in " + place + " is not in " + unit.key());
    }
}
