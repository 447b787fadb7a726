package org.corewebhook.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.corewebhook.Acknowledge;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Configuration;
import org.corewebhook.configuration.Destination;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lanes of endpoints that acknowledge what is stored. Thread-safe. */
final class StoredLanes {

    private static final Logger log = LoggerFactory.getLogger(StoredLanes.class);

    private static final String FULL = "Too many events are waiting, retry later";
    private static final String STORE_FAILS = "The event could not be stored, retry later";
    private static final Duration WHEN_THE_STORE_FAILS = Duration.ofSeconds(5);
    private static final long MIN_MEMORY = 4L << 20;

    private final EventStore store;
    private final Lanes surroundings;
    private final StoredLane.Memory memory = new StoredLane.Memory(
            new AtomicLong(), Math.max(MIN_MEMORY, Runtime.getRuntime().maxMemory() / 16));
    private final ConcurrentHashMap<String, StoredLane> lanes = new ConcurrentHashMap<>();
    private final TakeOvers takeOvers;
    private volatile @Nullable Configuration configuration;

    StoredLanes(EventStore store, Lanes surroundings) {
        this.store = store;
        this.surroundings = surroundings;
        this.takeOvers = new TakeOvers(store, this, surroundings.surroundings("take-over of stored events", 1));
    }

    /** Gives each lane what it needs from around it. */
    @FunctionalInterface
    interface Lanes {
        Lane.Surroundings surroundings(String threads, int concurrency);
    }

    /** Takes up what an earlier run has left; returns the number of events. */
    long recover(Configuration current) throws StoreException {
        configuration = current;
        for (Endpoint endpoint : current.endpoints()) {
            for (Destination destination : endpoint.destinations()) {
                if (destination.module() != null && endpoint.terms().acknowledge() == Acknowledge.STORED) {
                    store.register(destination.lane(), endpoint.terms().keepsOrder());
                }
            }
        }
        List<EventStore.Backlog> backlogs = store.backlog();
        backlogs.forEach(this::adopt);
        long events = pending();
        log.info("Recovered {} stored events for {} lanes", events, backlogs.size());
        takeOvers.start();
        return events;
    }

    /** Adds deliveries that the lane does not know of. */
    void adopt(EventStore.Backlog backlog) {
        lane(backlog.lane()).recover(backlog, true);
    }

    /** Takes note of what other instances have done to a lane in order. */
    void news(EventStore.Backlog backlog) {
        StoredLane lane = lane(backlog.lane());
        lane.recount(backlog.deliveries());
        lane.recover(backlog, false);
    }

    /** Begins to deliver a lane in order; false if a call of its last turn is not over. */
    boolean takeTurn(EventStore.Backlog backlog) {
        StoredLane last = lane(backlog.lane());
        last.retire();
        if (last.isCalling()) {
            return false;
        }
        replace(last).recover(backlog, true);
        return true;
    }

    /** Forgets what lanes know: other instances have taken over what they had. */
    void startAfresh() throws StoreException {
        for (StoredLane lane : lanes.values()) {
            if (lane.othersAppend()) {
                lane.retire(); // until its turn comes
            } else {
                replace(lane);
            }
        }
        store.backlog().forEach(this::adopt);
    }

    void wake() {
        lanes.values().forEach(StoredLane::wake);
    }

    /** Puts a lane that reads the store from its beginning in the place of one that is not to be trusted any more. */
    private StoredLane replace(StoredLane lane) {
        StoredLane successor = create(lane.name());
        successor.recover(new EventStore.Backlog(lane.name(), 0, 0, 1, Long.MAX_VALUE), false);
        lanes.put(lane.name(), successor);
        lane.retire();
        return successor;
    }

    /** Stores the event; when this returns an acceptance, it will reach its destinations or the dead letters. */
    Acceptance accept(Endpoint endpoint, WebhookEvent event) {
        List<StoredLane> to = new ArrayList<>(endpoint.destinations().size());
        List<String> names = new ArrayList<>(endpoint.destinations().size());
        for (Destination destination : endpoint.destinations()) {
            StoredLane lane = lane(destination, endpoint.terms());
            if (!lane.reserve()) {
                to.forEach(StoredLane::release);
                return Acceptance.refused(FULL, lane.retryAfter());
            }
            to.add(lane);
            names.add(destination.lane());
        }
        try {
            store.append(event, names, sequence -> to.forEach(lane -> appended(lane, sequence, event)));
            return Acceptance.accepted();
        } catch (StoreException e) {
            to.forEach(StoredLane::release);
            log.error("{}: not stored, the sender gets 503: {}", event, e.getMessage());
            log.debug("{}: not stored", event, e);
            return Acceptance.refused(STORE_FAILS, WHEN_THE_STORE_FAILS);
        }
    }

    private void appended(StoredLane lane, long sequence, WebhookEvent event) {
        if (lane.appended(sequence, event)) {
            return;
        }
        StoredLane successor = lane(lane.name());
        if (successor != lane) {
            long bytes = event.body().length;
            successor.recover(new EventStore.Backlog(lane.name(), 1, bytes, sequence, Long.MAX_VALUE), true);
        }
    }

    /** Tells lanes of deliveries that an operator has asked to repeat. */
    void replayed(List<EventStore.Backlog> backlogs) {
        for (EventStore.Backlog backlog : backlogs) {
            StoredLane lane = lanes.get(backlog.lane());
            if (lane != null) {
                lane.recover(backlog, true);
            }
        }
    }

    /** Pauses or resumes a lane; false if it is not known. */
    boolean pause(String lane, boolean on) {
        StoredLane paused = lanes.get(lane);
        if (paused != null) {
            paused.pause(on);
        }
        return paused != null;
    }

    List<ReceiverHealth.LaneHealth> health() {
        return lanes.values().stream().map(StoredLane::health).toList();
    }

    /** Begins no more calls. */
    void stop() {
        takeOvers.stop();
        lanes.values().forEach(StoredLane::stop);
    }

    boolean anyCalling() {
        return lanes.values().stream().anyMatch(StoredLane::isCalling);
    }

    long pending() {
        return lanes.values().stream().mapToLong(StoredLane::pending).sum();
    }

    private StoredLane lane(Destination destination, Endpoint.DeliveryTerms terms) {
        StoredLane lane = lanes.get(destination.lane());
        return lane != null ? lane : lanes.computeIfAbsent(destination.lane(), name -> create(destination, terms));
    }

    private StoredLane lane(String name) {
        StoredLane lane = lanes.get(name);
        return lane != null ? lane : lanes.computeIfAbsent(name, this::create);
    }

    /** Makes the lane as it is configured, or one that keeps its events until it is configured again. */
    private StoredLane create(String name) {
        Configuration current = configuration;
        if (current != null) {
            Endpoint endpoint = current.endpoint(name.substring(0, Math.max(0, name.indexOf('/'))));
            if (endpoint != null) {
                for (Destination destination : endpoint.destinations()) {
                    if (destination.lane().equals(name)) {
                        return create(destination, endpoint.terms());
                    }
                }
            }
        }
        log.warn("{}: stored events wait for a destination that is not configured any more", name);
        Destination nowhere = new Destination(name, null, "No endpoint has this destination", "");
        return create(nowhere, Endpoint.DeliveryTerms.PARKED);
    }

    private StoredLane create(Destination destination, Endpoint.DeliveryTerms terms) {
        OutputModule module = destination.module();
        int concurrency = module == null ? 1 : module.concurrency();
        Lane.Surroundings around = surroundings.surroundings(destination.threads(), concurrency);
        return new StoredLane(destination.lane(), module, terms, around, store, memory);
    }
}
