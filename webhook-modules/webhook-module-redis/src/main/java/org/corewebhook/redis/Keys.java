package org.corewebhook.redis;

import org.corewebhook.configuration.Settings;

/** Reads names of keys and channels. */
final class Keys {

    private static final int MAX_LENGTH = 512;

    private Keys() {}

    /** Returns the name; a problem if it is missing, very long or holds a control character. */
    static String require(Settings settings, String key) {
        return checked(settings, key, settings.requireString(key));
    }

    /** Returns the name, or the default if the key is absent. */
    static String read(Settings settings, String key, String defaultName) {
        return settings.has(key) ? require(settings, key) : defaultName;
    }

    private static String checked(Settings settings, String key, String name) {
        if (name.length() > MAX_LENGTH || name.chars().anyMatch(Character::isISOControl)) {
            settings.problem(key, "Must have at most " + MAX_LENGTH + " characters, none of them a control character");
        }
        return name;
    }
}
