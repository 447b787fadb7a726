package org.corewebhook.validation;

import org.corewebhook.configuration.Settings;

/** Reads names of header fields from settings. */
final class HeaderNames {

    private static final String PUNCTUATION = "!#$%&'*+-.^_`|~";

    private HeaderNames() {}

    /** Returns the name under the key, or the default; a problem if no header can have it (RFC 9110, 5.6.2). */
    static String read(Settings settings, String key, String defaultName) {
        String name = settings.string(key, defaultName).strip();
        if (!name.isEmpty() && name.chars().allMatch(HeaderNames::isTokenCharacter)) {
            return name;
        }
        settings.problem(key, "Must be the name of a header, such as " + defaultName);
        return defaultName;
    }

    private static boolean isTokenCharacter(int character) {
        return (character >= '0' && character <= '9')
                || (character >= 'A' && character <= 'Z')
                || (character >= 'a' && character <= 'z')
                || PUNCTUATION.indexOf(character) >= 0;
    }
}
