package org.corewebhook.signature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.corewebhook.configuration.Settings;
import org.corewebhook.signature.key.KeyFormat;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.corewebhook.signature.scheme.DeclaredScheme;
import org.corewebhook.signature.scheme.Place;
import org.corewebhook.signature.scheme.SchemeKey;
import org.corewebhook.signature.scheme.SignaturePlace;
import org.corewebhook.signature.scheme.SignedTemplate;
import org.corewebhook.signature.scheme.TimestampPlace;
import org.jspecify.annotations.Nullable;

/** Reads a scheme of the user's own: {@code definition} in {@code webhooks.json}; the README lists its keys. */
final class DefinitionReader {

    private static final java.time.Duration DEFAULT_TOLERANCE = java.time.Duration.ofMinutes(5);

    private final Settings settings;

    DefinitionReader(Settings settings) {
        this.settings = settings;
    }

    /** Returns the scheme, or null if there is a problem, which is then noted. */
    @Nullable
    DeclaredScheme read() {
        String name = settings.string("name", "own");
        SchemeKey key = key();
        SignaturePlace signature = signature(settings.object("signature"));
        SignedTemplate signed = signed();
        TimestampPlace timestamp = settings.has("timestamp") ? timestamp(settings.object("timestamp")) : null;
        Place id = settings.has("id") ? place(settings.object("id")) : null;
        if (key == null || signature == null || signed == null) {
            return null;
        }
        try {
            DeclaredScheme.Builder builder = DeclaredScheme.builder(name, key, signature, signed);
            if (timestamp != null) {
                builder.timestamp(timestamp, DEFAULT_TOLERANCE);
            }
            return (id == null ? builder : builder.id(id)).build();
        } catch (IllegalArgumentException e) {
            settings.problem("signed", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable SchemeKey key() {
        String written = settings.requireString("algorithm");
        SignatureAlgorithm algorithm = SignatureAlgorithm.byKey(written);
        KeyFormat.Encoding encoding = KeyFormat.Encoding.valueOf(upper(settings.oneOf(
                "key_encoding",
                "text",
                keys(KeyFormat.Encoding.TEXT, KeyFormat.Encoding.BASE64, KeyFormat.Encoding.HEX))));
        String prefix = settings.string("key_prefix", "");
        if (algorithm == null) {
            if (!written.isBlank()) {
                settings.problem("algorithm", "Must be one of " + String.join(", ", SignatureAlgorithm.keys()));
            }
            return null;
        }
        return new SchemeKey(
                algorithm, new KeyFormat(algorithm.shared() ? encoding : KeyFormat.Encoding.PUBLIC, prefix));
    }

    private static String[] keys(KeyFormat.Encoding... encodings) {
        return Arrays.stream(encodings).map(KeyFormat.Encoding::key).toArray(String[]::new);
    }

    private static @Nullable SignaturePlace signature(Settings settings) {
        Place place = place(settings);
        SignatureEncoding encoding = SignatureEncoding.valueOf(upper(settings.oneOf(
                "encoding",
                "hex",
                Arrays.stream(SignatureEncoding.values())
                        .map(SignatureEncoding::key)
                        .toArray(String[]::new))));
        String prefix = settings.string("prefix", "");
        String version = settings.string("version");
        char separator = character(settings, "separator", ',');
        char assign = character(settings, "assign", '=');
        if (place == null) {
            return null;
        }
        SignaturePlace.FieldList list =
                version == null ? null : new SignaturePlace.FieldList(separator, assign, version);
        return new SignaturePlace(List.of(place), prefix, list, encoding);
    }

    private static char character(Settings settings, String key, char defaultValue) {
        String text = settings.string(key, String.valueOf(defaultValue));
        if (text.length() != 1) {
            settings.problem(key, "Must be one character");
            return defaultValue;
        }
        return text.charAt(0);
    }

    private @Nullable SignedTemplate signed() {
        String text = settings.requireString("signed");
        try {
            return text.isEmpty() ? null : SignedTemplate.parse(text);
        } catch (IllegalArgumentException e) {
            settings.problem("signed", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static @Nullable TimestampPlace timestamp(Settings settings) {
        Place place = place(settings);
        String written = settings.oneOf("unit", "s", "s", "ms", "rfc3339");
        for (TimestampPlace.Unit unit : TimestampPlace.Unit.values()) {
            if (place != null && unit.key().equals(written)) {
                return new TimestampPlace(place, unit);
            }
        }
        return null;
    }

    /** Exactly one of {@code header}, {@code field}, {@code pointer}, {@code query} says where a value stands. */
    private static @Nullable Place place(Settings settings) {
        List<Place> places = new ArrayList<>(1);
        for (Place.Kind kind : Place.Kind.values()) {
            String key = kind.name().toLowerCase(java.util.Locale.ROOT);
            if (kind == Place.Kind.POINTER ? settings.pointer(key) != null : settings.has(key)) {
                places.add(new Place(kind, settings.requireString(key)));
            }
        }
        if (places.size() != 1) {
            settings.problem("header", "Needs exactly one of header, field, pointer, query");
            return null;
        }
        return places.get(0);
    }

    private static String upper(String text) {
        return text.toUpperCase(java.util.Locale.ROOT);
    }
}
