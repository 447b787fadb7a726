package org.corewebhook.configuration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds keys that nobody has read: typing errors, mostly. */
final class UnknownKeys {

    private UnknownKeys() {}

    /** Notes a problem for each unknown key in these settings and in those below that were opened. */
    static void refuse(Settings settings) {
        for (String key : settings.unread()) {
            settings.problem(key, "Unknown key" + suggestion(key, settings.keysRead()));
        }
        settings.opened().forEach(UnknownKeys::refuse);
    }

    /** Notes a warning for each unknown key in these settings and in those below that were opened. */
    static void warn(Settings settings, Collection<String> alsoKnown) {
        List<String> known = new ArrayList<>(settings.keysRead());
        known.addAll(alsoKnown);
        for (String key : settings.unread()) {
            if (!alsoKnown.contains(key)) {
                settings.warning(key, "Unknown key, ignored" + suggestion(key, known));
            }
        }
        settings.opened().forEach(below -> warn(below, List.of()));
    }

    private static String suggestion(String key, Collection<String> known) {
        @Nullable String nearest = KnownNames.nearest(key, known);
        return nearest == null ? "" : ": did you mean " + nearest + "?";
    }
}
