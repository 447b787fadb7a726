package org.corewebhook.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.corewebhook.Acknowledge;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Configuration;
import org.corewebhook.configuration.Destination;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.configuration.OrderingKey;
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
    private final StoredLane.Shared shared;
    private final ConcurrentHashMap<String, StoredLane> lanes = new ConcurrentHashMap<>();
    private final TakeOvers takeOvers;
    private final Answers answers;

    private volatile Map<String, Target> targets = Map.of();
    private volatile boolean stopped;
    private volatile boolean storeFails;

    StoredLanes(EventStore store, PendingLimit limit, @Nullable Executor answers, Lanes surroundings) {
        this.store = store;
        this.surroundings = surroundings;
        this.answers = new Answers(answers);
        long maxMemory = Math.max(MIN_MEMORY, Runtime.getRuntime().maxMemory() / 16);
        this.shared = new StoredLane.Shared(new LaneWindow.Memory(new AtomicLong(), maxMemory), limit);
        this.takeOvers = new TakeOvers(store, this, surroundings.surroundings("take-over of stored events", 1));
        store.watch(new Watcher());
    }

    /** Gives each lane what it needs from around it. */
    @FunctionalInterface
    interface Lanes {
        Lane.Surroundings surroundings(String threads, int concurrency);
    }

    private record Target(Destination destination, Endpoint.DeliveryTerms terms) {}

    /** Takes over what an earlier run has left; returns the number of events. */
    long recover(Configuration configuration) throws StoreException {
        targets = targets(configuration);
        for (Target target : targets.values()) {
            if (target.destination().module() != null && target.terms().acknowledge() == Acknowledge.STORED) {
                store.register(target.destination().lane(), target.terms().keepsOrder());
            }
        }
        List<EventStore.Backlog> backlogs = store.backlog();
        for (EventStore.Backlog backlog : backlogs) {
            lane(backlog.lane()).found(backlog);
            if (!targets.containsKey(backlog.lane())) {
                log.warn(
                        "{}: {} stored events wait for a destination that is not configured any more",
                        backlog.lane(),
                        backlog.deliveries());
            }
        }
        long events = pending();
        log.info("Recovered {} stored events for {} lanes", events, backlogs.size());
        takeOvers.start();
        return events;
    }

    /** Adds deliveries that the lane does not know of. */
    void adopt(EventStore.Backlog backlog) {
        lane(backlog.lane()).found(backlog);
    }

    /** Takes note of what other instances have done to a lane in order. */
    void news(EventStore.Backlog backlog) {
        lane(backlog.lane()).news(backlog);
    }

    /** Begins to deliver a lane in order; false if a call of its last turn is not over. */
    boolean takeTurn(EventStore.Backlog backlog) {
        StoredLane last = lane(backlog.lane());
        last.retire();
        if (last.isCalling()) {
            return false;
        }
        replace(last).found(backlog);
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
        Target target = target(lane.name());
        StoredLane successor = newLane(target.destination(), target.terms());
        successor.found(new EventStore.Backlog(lane.name(), 0, 0, 1, Long.MAX_VALUE));
        lanes.put(lane.name(), successor);
        lane.retire();
        return successor;
    }

    private static Map<String, Target> targets(Configuration configuration) {
        Map<String, Target> targets = new HashMap<>();
        for (Endpoint endpoint : configuration.endpoints()) {
            for (Destination destination : endpoint.destinations()) {
                targets.put(destination.lane(), new Target(destination, endpoint.terms()));
            }
        }
        return Map.copyOf(targets);
    }

    /**
     * Begins to store the event; what was accepted will reach its destinations or the dead letters.
     *
     * @param whenDecided told exactly once, before this returns or when the event is durable
     */
    void accept(Endpoint endpoint, WebhookEvent event, @Nullable Receipt receipt, Consumer<Acceptance> whenDecided) {
        long size = event.body().length;
        List<StoredLane> to = new ArrayList<>(endpoint.destinations().size());
        List<String> names = new ArrayList<>(endpoint.destinations().size());
        for (Destination destination : endpoint.destinations()) {
            StoredLane lane = lane(destination, endpoint.terms());
            Duration wait = lane.reserve(size);
            if (wait != null) {
                to.forEach(reserved -> reserved.release(size));
                whenDecided.accept(Acceptance.refused(FULL, wait));
                return;
            }
            to.add(lane);
            names.add(destination.lane());
        }
        OrderingKey ordering = endpoint.terms().orderingKey();
        long key = ordering == null ? EventStore.NO_KEY : ordering.of(event);
        store.submit(event, names, key, receipt, new Arrival(event, to, whenDecided));
    }

    /** Tells the lanes of an event that it is durable, and then who waits for that. */
    private final class Arrival implements EventStore.AppendListener {

        private final WebhookEvent event;
        private final List<StoredLane> to;
        private final Consumer<Acceptance> whenDecided;

        Arrival(WebhookEvent event, List<StoredLane> to, Consumer<Acceptance> whenDecided) {
            this.event = event;
            this.to = to;
            this.whenDecided = whenDecided;
        }

        @Override
        public void durable(long sequence) {
            durable(sequence, Set.of());
        }

        @Override
        public void durable(long sequence, Set<String> heldBack) {
            for (StoredLane lane : to) {
                StoredLanes.this.appended(lane, sequence, event, heldBack.contains(lane.name()));
            }
        }

        @Override
        public void appended(Receipt.Standing standing) {
            if (storeFails) {
                storeFails = false;
                log.info("Events are stored again");
            }
            switch (standing) {
                case NEW -> accepted();
                case ACCEPTED -> refuse(Acceptance.alreadyAccepted());
                case IN_FLIGHT -> refuse(Acceptance.refused(IN_FLIGHT, WHILE_IN_FLIGHT));
            }
        }

        /**
         * Wakes the lanes when they know of all events of the commit, and one worker at a time, not one for each event:
         * 0.9 context switches per event of 1 KiB instead of 1.4, and 4 to 10 % less processor time (three runs, 64
         * connections, 2 processors, both in turn in one process).
         */
        private void accepted() {
            try {
                tell(Acceptance.accepted());
            } finally {
                to.forEach(StoredLane::wake);
            }
        }

        @Override
        public void failed(StoreException failure) {
            if (!storeFails) {
                storeFails = true;
                log.error("{}: not stored, senders get 503 until that works again: {}", event, failure.getMessage());
            }
            log.debug("{}: not stored", event, failure);
            refuse(Acceptance.refused(STORE_FAILS, WHEN_THE_STORE_FAILS));
        }

        private void refuse(Acceptance refusal) {
            long size = event.body().length;
            to.forEach(reserved -> reserved.release(size));
            tell(refusal);
        }

        private void tell(Acceptance acceptance) {
            answers.give(() -> whenDecided.accept(acceptance));
        }
    }

    private void appended(StoredLane lane, long sequence, WebhookEvent event, boolean heldBack) {
        if (lane.appended(sequence, event, heldBack)) {
            return;
        }
        StoredLane successor = lane(lane.name());
        if (successor != lane) {
            long bytes = event.body().length;
            successor.found(new EventStore.Backlog(lane.name(), 1, bytes, sequence, Long.MAX_VALUE));
        }
    }

    /** Passes on what the store does by itself. */
    private final class Watcher implements EventStore.LaneWatcher {

        @Override
        public void released(String name) {
            lane(name).released();
        }

        @Override
        public void lost(String name, long deliveries, long bytes) {
            lane(name).lost(deliveries, bytes);
        }
    }

    /** Tells lanes of deliveries that an operator has asked to repeat. */
    void replayed(List<EventStore.Backlog> backlogs) {
        backlogs.forEach(this::adopt);
    }

    /** Pauses or resumes a lane, which need not have had an event yet; false if there is no such destination. */
    boolean pause(String lane, boolean on) {
        StoredLane paused = targets.containsKey(lane) ? lane(lane) : lanes.get(lane);
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
        stopped = true;
        lanes.values().forEach(StoredLane::stop);
    }

    /** Answers who waits, after the store has written or refused everything. */
    void close() {
        answers.close();
    }

    boolean anyCalling() {
        return lanes.values().stream().anyMatch(StoredLane::isCalling);
    }

    long pending() {
        return lanes.values().stream().mapToLong(StoredLane::pending).sum();
    }

    /** Returns the lane of this name, even if only stored events know it. */
    private StoredLane lane(String name) {
        StoredLane lane = lanes.get(name);
        if (lane != null) {
            return lane;
        }
        Target target = target(name);
        return lane(target.destination(), target.terms());
    }

    private Target target(String name) {
        Target target = targets.get(name);
        return target != null
                ? target
                : new Target(
                        new Destination(name, null, "No endpoint has this destination", ""),
                        Endpoint.DeliveryTerms.PARKED);
    }

    private StoredLane lane(Destination destination, Endpoint.DeliveryTerms terms) {
        StoredLane lane = lanes.get(destination.lane());
        return lane != null ? lane : lanes.computeIfAbsent(destination.lane(), name -> newLane(destination, terms));
    }

    private StoredLane newLane(Destination destination, Endpoint.DeliveryTerms terms) {
        @Nullable OutputModule module = destination.module();
        int concurrency = module == null ? 1 : module.concurrency();
        Lane.Surroundings around = surroundings.surroundings(destination.threads(), concurrency);
        StoredLane lane = new StoredLane(destination.lane(), module, terms, around, store, shared);
        if (stopped) {
            lane.stop();
        }
        return lane;
    }
}
