package org.corewebhook;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.corewebhook.delivery.Dispatcher;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventView;
import org.corewebhook.store.StoreException;
import org.corewebhook.store.StoreHealth;

/** What an operator can do with the events in the store of a running processor. Thread-safe. */
public final class StoredEvents {

    private final EventStore store;
    private final Dispatcher dispatcher;
    private final Clock clock;

    StoredEvents(EventStore store, Dispatcher dispatcher, Clock clock) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    /** Returns deliveries that are not done, newest first. */
    public List<DeliveryView> find(DeliveryFilter filter) throws StoreException {
        return store.find(filter);
    }

    /** Returns one event with its body, its open deliveries and their failed attempts. */
    public Optional<EventView> event(String id) throws StoreException {
        return store.event(id);
    }

    /** Delivers the dead letters that the filter matches once more, at once; returns their number. */
    public long replay(DeliveryFilter filter) throws StoreException {
        List<EventStore.Backlog> due = store.replay(filter.in(DeliveryState.DEAD), clock.millis());
        dispatcher.replayed(due);
        return due.stream().mapToLong(EventStore.Backlog::deliveries).sum();
    }

    /** Forgets the dead letters that the filter matches; returns their number. */
    public int purge(DeliveryFilter filter) throws StoreException {
        return store.purge(filter.in(DeliveryState.DEAD));
    }

    /** Begins no more deliveries of this lane until {@link #resume}; false if there is no such lane at work. */
    public boolean pause(String lane) {
        return dispatcher.pause(lane, true);
    }

    /** Goes on with the deliveries of this lane; false if there is no such lane at work. */
    public boolean resume(String lane) {
        return dispatcher.pause(lane, false);
    }

    /** Returns how the store is doing. */
    public StoreHealth health() {
        return store.health();
    }
}
