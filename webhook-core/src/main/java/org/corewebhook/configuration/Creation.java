package org.corewebhook.configuration;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls providers, whose code we do not know. */
final class Creation {

    private static final Logger log = LoggerFactory.getLogger(Creation.class);

    private Creation() {}

    /**
     * Returns what the provider makes, or null if it throws. After problems were reported an exception only says that
     * it went on with useless values; without any it is a problem of its own.
     */
    static <T> @Nullable T of(Settings settings, String key, Supplier<T> provider) {
        int before = settings.problems().size();
        try {
            return provider.get();
        } catch (RuntimeException | LinkageError e) {
            if (settings.problems().size() == before) {
                settings.problem(key, "Cannot be used: " + e.getClass().getName() + ", see the log");
                log.error("{}: the provider of {} failed", settings, key, e);
            }
            return null;
        }
    }
}
