package org.corewebhook;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.corewebhook.delivery.Dispatcher;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventView;
import org.corewebhook.store.StoreException;
import org.corewebhook.store.StoreHealth;

/** What an operator can do with stored events. Thread-safe. */
public final class StoredEvents {

    private final EventStore store;
    private final Lanes lanes;
    private final Clock clock;

    private StoredEvents(EventStore store, Lanes lanes, Clock clock) {
        this.store = store;
        this.lanes = lanes;
        this.clock = clock;
    }

    /** The lanes at work, which must know of what an operator decides. */
    private interface Lanes {

        void replayed(List<EventStore.Backlog> due);

        boolean pause(String lane, boolean on);
    }

    /**
     * Returns the events of a store that no processor works on: what is replayed is delivered after the next start, and
     * there are no lanes to pause. The caller closes the store.
     */
    public static StoredEvents atRest(EventStore store, Clock clock) {
        return new StoredEvents(
                store,
                new Lanes() {
                    @Override
                    public void replayed(List<EventStore.Backlog> due) {}

                    @Override
                    public boolean pause(String lane, boolean on) {
                        return false;
                    }
                },
                clock);
    }

    /** Returns the events of the store that a processor's dispatcher works on. */
    static StoredEvents atWork(EventStore store, Dispatcher dispatcher, Clock clock) {
        return new StoredEvents(
                store,
                new Lanes() {
                    @Override
                    public void replayed(List<EventStore.Backlog> due) {
                        dispatcher.replayed(due);
                    }

                    @Override
                    public boolean pause(String lane, boolean on) {
                        return dispatcher.pause(lane, on);
                    }
                },
                clock);
    }

    /** Returns deliveries that are not forgotten, newest first. */
    public List<DeliveryView> find(DeliveryFilter filter) throws StoreException {
        return store.find(filter);
    }

    /** Returns one event with its body, its deliveries and their failed attempts. */
    public Optional<EventView> event(String id) throws StoreException {
        return store.event(id);
    }

    /**
     * Delivers what the filter matches once more, at once: dead letters, and delivered events that are kept. Returns
     * the number of deliveries.
     */
    public long replay(DeliveryFilter filter) throws StoreException {
        List<EventStore.Backlog> due = store.replay(filter, clock.millis());
        lanes.replayed(due);
        return due.stream().mapToLong(EventStore.Backlog::deliveries).sum();
    }

    /** Forgets the dead letters and delivered events that the filter matches; returns the number of deliveries. */
    public int purge(DeliveryFilter filter) throws StoreException {
        return store.purge(filter);
    }

    /**
     * Begins no more deliveries of this lane until {@link #resume} or the end of the process; false if no endpoint has
     * such a destination for stored events.
     */
    public boolean pause(String lane) {
        return lanes.pause(lane, true);
    }

    /** Goes on with the deliveries of this lane; false if no endpoint has such a destination for stored events. */
    public boolean resume(String lane) {
        return lanes.pause(lane, false);
    }

    /** Returns how the store is doing. */
    public StoreHealth health() {
        return store.health();
    }
}
