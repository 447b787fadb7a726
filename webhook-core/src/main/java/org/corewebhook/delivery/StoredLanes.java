package org.corewebhook.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.corewebhook.store.Receipt;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lanes of endpoints that acknowledge what is stored. Thread-safe. */
final class StoredLanes {

    private static final Logger log = LoggerFactory.getLogger(StoredLanes.class);

    private static final String FULL = "Too many events are waiting, retry later";
    private static final String STORE_FAILS = "The event could not be stored, retry later";
    private static final String IN_FLIGHT = "The same event is being received at this moment, retry later";
    private static final Duration WHILE_IN_FLIGHT = Duration.ofSeconds(1);
    private static final Duration WHEN_THE_STORE_FAILS = Duration.ofSeconds(5);
    private static final long MIN_MEMORY = 4L << 20;

    private final EventStore store;
    private final Lanes surroundings;
    private final StoredLane.Memory memory = new StoredLane.Memory(
            new AtomicLong(), Math.max(MIN_MEMORY, Runtime.getRuntime().maxMemory() / 16));
    private final ConcurrentHashMap<String, StoredLane> lanes = new ConcurrentHashMap<>();

    StoredLanes(EventStore store, Lanes surroundings) {
        this.store = store;
        this.surroundings = surroundings;
    }

    /** Gives each lane what it needs from around it. */
    @FunctionalInterface
    interface Lanes {
        Lane.Surroundings surroundings(String threads, int concurrency);
    }

    /** Takes over what an earlier run has left; returns the number of events. */
    long recover(Configuration configuration) throws StoreException {
        Map<String, EventStore.Backlog> backlogs = new HashMap<>();
        store.backlog().forEach(backlog -> backlogs.put(backlog.lane(), backlog));
        int known = 0;
        for (Endpoint endpoint : configuration.endpoints()) {
            for (Destination destination : endpoint.destinations()) {
                EventStore.Backlog backlog = backlogs.remove(destination.lane());
                if (backlog != null) {
                    known++;
                    lane(destination, endpoint.terms()).recover(backlog, true);
                }
            }
        }
        for (EventStore.Backlog orphan : backlogs.values()) {
            orphaned(orphan.lane()).recover(orphan, true);
            log.warn(
                    "{}: {} stored events wait for a destination that is not configured any more",
                    orphan.lane(),
                    orphan.deliveries());
        }
        long events = pending();
        log.info("Recovered {} stored events for {} lanes", events, known + backlogs.size());
        return events;
    }

    /** Stores the event; when this returns an acceptance, it will reach its destinations or the dead letters. */
    Acceptance accept(Endpoint endpoint, WebhookEvent event, @Nullable Receipt receipt) {
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
            Receipt.Standing standing =
                    store.append(event, names, receipt, sequence -> to.forEach(lane -> lane.appended(sequence, event)));
            if (standing == Receipt.Standing.NEW) {
                return Acceptance.accepted();
            }
            to.forEach(StoredLane::release);
            return standing == Receipt.Standing.ACCEPTED
                    ? Acceptance.alreadyAccepted()
                    : Acceptance.refused(IN_FLIGHT, WHILE_IN_FLIGHT);
        } catch (StoreException e) {
            to.forEach(StoredLane::release);
            log.error("{}: not stored, the sender gets 503: {}", event, e.getMessage());
            log.debug("{}: not stored", event, e);
            return Acceptance.refused(STORE_FAILS, WHEN_THE_STORE_FAILS);
        }
    }

    /** Tells lanes of deliveries that an operator has asked to repeat. */
    void replayed(Configuration configuration, List<EventStore.Backlog> backlogs) {
        for (EventStore.Backlog backlog : backlogs) {
            StoredLane lane = lane(configuration, backlog.lane());
            (lane == null ? orphaned(backlog.lane()) : lane).recover(backlog, true);
        }
    }

    /** Pauses or resumes a lane; false if there is no such destination. */
    boolean pause(Configuration configuration, String lane, boolean on) {
        StoredLane paused = lane(configuration, lane);
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
        lanes.values().forEach(StoredLane::stop);
    }

    boolean anyCalling() {
        return lanes.values().stream().anyMatch(StoredLane::isCalling);
    }

    long pending() {
        return lanes.values().stream().mapToLong(StoredLane::pending).sum();
    }

    /** Returns the lane of this name, which may not have had an event yet; null if there is no such destination. */
    private @Nullable StoredLane lane(Configuration configuration, String name) {
        StoredLane known = lanes.get(name);
        Endpoint endpoint = configuration.endpoint(name.substring(0, Math.max(0, name.indexOf('/'))));
        if (known != null || endpoint == null || endpoint.terms().acknowledge() != Acknowledge.STORED) {
            return known;
        }
        for (Destination destination : endpoint.destinations()) {
            if (destination.lane().equals(name)) {
                return lane(destination, endpoint.terms());
            }
        }
        return null;
    }

    /** Returns the lane of events whose destination is not configured any more. */
    private StoredLane orphaned(String name) {
        Destination nowhere = new Destination(name, null, "No endpoint has this destination", "");
        return lane(nowhere, Endpoint.DeliveryTerms.PARKED);
    }

    private StoredLane lane(Destination destination, Endpoint.DeliveryTerms terms) {
        StoredLane lane = lanes.get(destination.lane());
        return lane != null
                ? lane
                : lanes.computeIfAbsent(destination.lane(), name -> {
                    @Nullable OutputModule module = destination.module();
                    int concurrency = module == null ? 1 : module.concurrency();
                    Lane.Surroundings around = surroundings.surroundings(destination.threads(), concurrency);
                    return new StoredLane(name, module, terms, around, store, memory);
                });
    }
}
