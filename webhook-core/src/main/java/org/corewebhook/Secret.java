package org.corewebhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A value that must not be seen, and the one place where secrets are compared.
 *
 * <p>All comparisons take time that depends on the length of what was offered only, never on where it differs.
 * {@link #toString()} is {@code ***}. Immutable and thread-safe.
 */
public final class Secret {

    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns the secret whose bytes are the text in UTF-8. */
    public static Secret of(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the secret made of a copy of these bytes. */
    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /** Compares two byte strings in time that does not depend on where they differ. */
    public static boolean equal(byte[] expected, byte[] offered) {
        return MessageDigest.isEqual(expected, offered);
    }

    /** Tells whether the offered text, in UTF-8, is this secret. */
    public boolean matches(String offered) {
        return equal(bytes, offered.getBytes(StandardCharsets.UTF_8));
    }

    /** Tells whether the offered text is this secret when the case of letters does not count. */
    public boolean matchesIgnoringCase(String offered) {
        return equal(lowerCase(reveal()), lowerCase(offered));
    }

    /** Tells whether the offered bytes are this secret. */
    public boolean matches(byte[] offered) {
        return equal(bytes, offered);
    }

    /** Tells whether there is nothing in it but white space, which proves nothing. */
    public boolean isBlank() {
        return reveal().isBlank();
    }

    /** Returns a copy of the bytes, for a key or a client library. */
    public byte[] revealBytes() {
        return bytes.clone();
    }

    /** Returns the text, for a client library that wants one. Never log it. */
    public String reveal() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && equal(bytes, secret.bytes);
    }

    /** The same for all secrets, so that it tells nothing. */
    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "***";
    }

    private static byte[] lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }
}
