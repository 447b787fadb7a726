package org.corewebhook.store.jdbc;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStoreProvider;
import org.corewebhook.store.StoreException;

/**
 * Opens {@code sqlite:FILE}: a file and its folder are created as needed, readable by their owner only.
 *
 * <p>{@code sqlite:FILE?synchronous=off} does not synchronise to the disk: a power cut then loses acknowledged events.
 * It exists to prove that tests of power cuts can fail.
 */
public final class SqliteStoreProvider implements EventStoreProvider {

    private static final String PREFIX = "sqlite:";
    private static final String UNSAFE = "?synchronous=off";

    /** Made by {@link java.util.ServiceLoader}. */
    public SqliteStoreProvider() {}

    @Override
    public boolean accepts(String location) {
        return location.toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }

    @Override
    public EventStore open(String location, Clock clock) throws StoreException {
        String rest = location.substring(PREFIX.length());
        boolean unsafe = rest.endsWith(UNSAFE);
        String file = unsafe ? rest.substring(0, rest.length() - UNSAFE.length()) : rest;
        if (file.isBlank() || file.contains("?")) {
            throw new StoreException(
                    "The store must be sqlite:FILE, for example sqlite:data/webhooks.db, not " + location, null);
        }
        return SqliteStore.open(Path.of(file).toAbsolutePath().normalize(), !unsafe, clock);
    }
}
