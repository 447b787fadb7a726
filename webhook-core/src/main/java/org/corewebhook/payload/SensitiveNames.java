package org.corewebhook.payload;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells by its name whether a JSON key, header or form field holds a credential: one list for logs and for cleanup.
 *
 * <p>A name is split into words at capitals ({@code accessToken}) and at everything that is not a letter
 * ({@code X-API-Key}, {@code client_secret}); it is sensitive if one word or two neighbours are on the list. So
 * {@code author}, {@code monkey} and {@code keyboard} are not. Extra names match as a whole, without regard to case.
 * Immutable and thread-safe.
 */
public final class SensitiveNames {

    private static final Set<String> WORDS = Set.of(
            "password",
            "passwords",
            "passwd",
            "passwds",
            "pwd",
            "pwds",
            "passphrase",
            "passphrases",
            "passcode",
            "passcodes",
            "secret",
            "secrets",
            "token",
            "tokens",
            "credential",
            "credentials",
            "auth",
            "oauth",
            "authorization",
            "bearer",
            "jwt",
            "jwts",
            "otp",
            "cookie",
            "cookies",
            "ssn",
            "csrf",
            "xsrf",
            // pairs that are often written as one word
            "apikey",
            "apikeys",
            "accesskey",
            "privatekey",
            "secretkey",
            "signingkey",
            "encryptionkey",
            "sessionid",
            "jsessionid",
            "phpsessid",
            "authtoken",
            "accesstoken",
            "refreshtoken",
            "csrftoken",
            "xsrftoken",
            "clientsecret");

    private static final Set<String> PAIRS = Set.of(
            "pass word",
            "session id",
            "session key",
            "api key",
            "api keys",
            "access key",
            "access keys",
            "private key",
            "private keys",
            "signing key",
            "signing keys",
            "encryption key",
            "encryption keys",
            "shared key",
            "master key",
            "account key");

    private static final int LONGEST_WORD = longest(WORDS);

    private static final SensitiveNames STANDARD = new SensitiveNames(Set.of());

    private final Set<String> extra;

    private SensitiveNames(Set<String> extra) {
        this.extra = extra;
    }

    /** Returns the list that holds everywhere. */
    public static SensitiveNames standard() {
        return STANDARD;
    }

    /** Returns the list and these names in addition. */
    public static SensitiveNames with(Collection<String> extraNames) {
        return new SensitiveNames(
                extraNames.stream().map(SensitiveNames::lowerCase).collect(Collectors.toUnmodifiableSet()));
    }

    /** Tells whether a value of this name is to be hidden. */
    public boolean matches(String name) {
        return (!extra.isEmpty() && extra.contains(lowerCase(name))) || new Words(name).anySensitive();
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static int longest(Set<String> words) {
        return words.stream().mapToInt(String::length).max().orElse(0);
    }

    /** The words of one name, walked once; long ones are no match and are never copied. */
    private static final class Words {

        private final String name;
        private @Nullable String previous;

        Words(String name) {
            this.name = name;
        }

        boolean anySensitive() {
            int from = 0;
            while (from < name.length()) {
                int to = endOfLetters(from);
                if (isSensitive(from, to)) {
                    return true;
                }
                from = to + 1;
            }
            return false;
        }

        /** Looks at letters without a gap: as a whole ({@code APIkey}), then at the words in them. */
        private boolean isSensitive(int from, int to) {
            String whole = word(from, to);
            if (whole != null && WORDS.contains(whole)) {
                return true;
            }
            int start = from;
            for (int i = from + 1; i <= to; i++) {
                if (i == to || startsWord(i, to)) {
                    String word = word(start, i);
                    if (word != null && (WORDS.contains(word) || PAIRS.contains(previous + " " + word))) {
                        return true;
                    }
                    previous = word;
                    start = i;
                }
            }
            return false;
        }

        private int endOfLetters(int from) {
            int at = from;
            while (at < name.length() && Character.isLetter(name.charAt(at))) {
                at++;
            }
            return at;
        }

        /** {@code accessToken} has a word at the T, {@code APIKey} at the K. */
        private boolean startsWord(int at, int to) {
            if (!Character.isUpperCase(name.charAt(at))) {
                return false;
            }
            return !Character.isUpperCase(name.charAt(at - 1))
                    || (at + 1 < to && Character.isLowerCase(name.charAt(at + 1)));
        }

        private @Nullable String word(int from, int to) {
            return to - from > LONGEST_WORD ? null : lowerCase(name.substring(from, to));
        }
    }
}
