package org.corewebhook.signature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.signature.scheme.SchemeKey;
import org.jspecify.annotations.Nullable;

/** Reads {@code secret}, {@code secrets} and {@code public_key}; the newest key stands first. */
final class KeySettings {

    private final Settings settings;
    private final @Nullable SchemeKey kind;
    private final List<SignatureKey> keys = new ArrayList<>();

    /** Takes what keys are for; null if the scheme fetches its own. */
    KeySettings(Settings settings, @Nullable SchemeKey kind) {
        this.settings = settings;
        this.kind = kind;
    }

    /** Returns all keys that are usable; what is wrong with the others is noted. */
    List<SignatureKey> read() {
        if (settings.has("secret")) {
            add("secret", "secret", settings.requireSecret("secret"), null, null, settings);
        }
        if (settings.has("secrets")) {
            secrets();
        }
        if (settings.has("public_key")) {
            add("public_key", "public_key", settings.requireSecret("public_key"), null, null, settings);
        }
        checkKind();
        return keys;
    }

    private void checkKind() {
        boolean secret = settings.has("secret") || settings.has("secrets");
        boolean publicKey = settings.has("public_key");
        if (kind == null) {
            if (secret || publicKey) {
                settings.problem(secret ? "secret" : "public_key", "This scheme fetches the sender's key: remove it");
            }
        } else if (kind.algorithm().shared()) {
            if (publicKey) {
                settings.problem("public_key", "This scheme works with a secret, not with a public key");
            }
            if (!secret) {
                settings.problem("secret", "Is missing: this scheme needs secret or secrets");
            }
        } else if (!secret && !publicKey) {
            settings.problem("public_key", "Is missing: this scheme needs the sender's public key");
        }
    }

    private void secrets() {
        JsonNode value = settings.json("secrets");
        if (!(value instanceof ArrayNode list) || list.isEmpty()) {
            settings.problem("secrets", "Must be a list of texts, or of objects with label and secret, and not empty");
            return;
        }
        if (list.get(0).isTextual()) {
            for (String text : settings.strings("secrets")) {
                add("secrets", "secret " + (keys.size() + 1), Secret.of(text), null, null, settings);
            }
            return;
        }
        for (Settings item : settings.objects("secrets")) {
            String label = item.string("label", "secret " + (keys.size() + 1));
            Secret secret = item.requireSecret("secret");
            add("secret", label, secret, instant(item, "not_before"), instant(item, "not_after"), item);
        }
    }

    private void add(
            String key,
            String label,
            Secret secret,
            @Nullable Instant notBefore,
            @Nullable Instant notAfter,
            Settings place) {
        if (secret.isBlank()) {
            place.problem(key, "Must not be empty");
            return;
        }
        if (notBefore != null && notAfter != null && !notBefore.isBefore(notAfter)) {
            place.problem("not_after", "Must be later than not_before");
        }
        try {
            if (kind != null) {
                kind.decode(secret);
            }
            keys.add(new SignatureKey(label, secret, notBefore, notAfter));
        } catch (IllegalArgumentException e) {
            place.problem(key, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Instant instant(Settings settings, String key) {
        String text = settings.string(key);
        if (text == null) {
            return null;
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            settings.problem(key, "Must be a time such as 2026-11-24T12:00:00Z, or a date");
            return null;
        }
    }
}
