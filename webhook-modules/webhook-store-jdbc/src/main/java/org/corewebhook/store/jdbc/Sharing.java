package org.corewebhook.store.jdbc;

import java.time.Duration;
import java.util.List;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.StoreException;

/** How a store divides the work among the instances that use it; the defaults are those of a single one. */
@FunctionalInterface
interface Sharing {

    /** See {@link EventStore#register}. */
    default boolean register(String lane, boolean inOrder) {
        return false;
    }

    /** See {@link EventStore#mayDeliver}. */
    default boolean mayDeliver(String lane) {
        return true;
    }

    /** See {@link EventStore#takeOverEvery}. */
    default Duration takeOverEvery() {
        return Duration.ZERO;
    }

    /** See {@link EventStore#takeOver}. */
    default EventStore.TakeOver takeOver() throws StoreException {
        return new EventStore.TakeOver(false, List.of(), List.of(), List.of());
    }

    /** Leaves; called once everything is written. */
    void leave();
}
