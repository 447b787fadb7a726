package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.corewebhook.Acknowledge;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookEvent;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.configuration.Configuration;
import org.corewebhook.configuration.Destination;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Takes accepted events over and sees to it that they get where their endpoint says. Thread-safe. */
public final class Dispatcher implements AutoCloseable {

    private static final Duration UNTIL_REPAIR = Duration.ofSeconds(60);
    private static final String UNAVAILABLE = "The destination is not available, retry later";
    private static final String FULL = "Too many events are waiting, retry later";

    private final Clock clock;
    private final DelayTimer.Threaded timer = new DelayTimer.Threaded();
    private final LaneThreads threads = new LaneThreads();
    private final ConcurrentHashMap<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Set<Ticket> waiting = ConcurrentHashMap.newKeySet();
    private final @Nullable EventStore store;
    private final @Nullable StoredLanes storedLanes;

    /**
     * Makes a dispatcher without lanes; they come when events do.
     *
     * @param store where endpoints that acknowledge what is stored keep their events; the dispatcher closes it
     * @param maxPending events that may wait in the store for all lanes together
     * @param maxPendingBytes bytes of their bodies: beyond them no event more is taken
     * @param answers where senders are told that the store has their event; null for a thread of the dispatcher's own
     */
    public Dispatcher(
            Clock clock,
            @Nullable EventStore store,
            long maxPending,
            long maxPendingBytes,
            @Nullable Executor answers) {
        this.clock = clock;
        this.store = store;
        PendingLimit limit = new PendingLimit(maxPending, maxPendingBytes, clock);
        this.storedLanes = store == null ? null : new StoredLanes(store, limit, answers, this::surroundings);
    }

    /**
     * Takes up what an earlier run has left in the store.
     *
     * @throws StoreException if the store cannot be read
     */
    public void recover(Configuration configuration) throws StoreException {
        if (storedLanes != null) {
            storedLanes.recover(configuration);
        }
    }

    /**
     * Accepts the event as the endpoint promises, and says so when it is queued, or, perhaps on another thread after
     * this has returned, when every destination has confirmed or when it is durable.
     *
     * @param receipt what the store is to remember with the event, or null
     * @param body the memory that the event holds; taken over in any case
     * @param whenDecided told exactly once; must not block
     */
    public void accept(
            Endpoint endpoint,
            WebhookEvent event,
            @Nullable Receipt receipt,
            BodyBudget.Reservation body,
            Consumer<Acceptance> whenDecided) {
        if (endpoint.terms().acknowledge() == Acknowledge.STORED && storedLanes != null) {
            storedLanes.accept(endpoint, event, receipt, acceptance -> {
                body.close();
                whenDecided.accept(acceptance);
            });
        } else {
            acceptInMemory(endpoint, event, body, whenDecided);
        }
    }

    private void acceptInMemory(
            Endpoint endpoint, WebhookEvent event, BodyBudget.Reservation body, Consumer<Acceptance> whenDecided) {
        List<Lane> to = lanes(endpoint);
        if (to == null) {
            body.close();
            whenDecided.accept(Acceptance.refused(UNAVAILABLE, UNTIL_REPAIR));
            return;
        }
        Endpoint.DeliveryTerms terms = endpoint.terms();
        boolean senderWaits = terms.acknowledge() == Acknowledge.DELIVERED;
        Ticket ticket = new Ticket(to.size(), body);
        Acceptance refusal = offer(event, to, ticket, terms, senderWaits);
        if (refusal != null) {
            whenDecided.accept(refusal);
            return;
        }
        for (int i = 0; i < to.size(); i++) {
            Lane lane = to.get(i);
            lane.signal(senderWaits && lane.callTimeout().compareTo(terms.acknowledgeTimeout()) <= 0);
        }
        if (senderWaits) {
            letWait(ticket, to, terms.acknowledgeTimeout(), whenDecided);
        } else {
            whenDecided.accept(Acceptance.accepted());
        }
    }

    private void letWait(Ticket ticket, List<Lane> lanes, Duration patience, Consumer<Acceptance> whenDecided) {
        Ticket.Settlement settled = ticket.settled();
        if (settled != null) {
            whenDecided.accept(acceptance(settled, ticket, lanes));
            return;
        }
        waiting.add(ticket);
        ticket.whenSettled(patience, settlement -> {
            waiting.remove(ticket);
            whenDecided.accept(acceptance(settlement, ticket, lanes));
        });
    }

    private static Acceptance acceptance(Ticket.Settlement settlement, Ticket ticket, List<Lane> lanes) {
        if (settlement == Ticket.Settlement.DELIVERED) {
            return Acceptance.accepted();
        }
        ticket.withdraw();
        Duration retryAfter =
                lanes.stream().map(Lane::retryAfter).max(Duration::compareTo).orElse(UNTIL_REPAIR);
        return Acceptance.refused(UNAVAILABLE, retryAfter);
    }

    /** Returns how all lanes are doing that hold events or are in trouble. */
    public List<ReceiverHealth.LaneHealth> health() {
        List<ReceiverHealth.LaneHealth> health = new ArrayList<>();
        List<ReceiverHealth.LaneHealth> all = new ArrayList<>();
        lanes.values().forEach(lane -> all.add(lane.health()));
        if (storedLanes != null) {
            all.addAll(storedLanes.health());
        }
        for (ReceiverHealth.LaneHealth each : all) {
            if (each.waiting() > 0 || each.failed() > 0 || !each.state().equals("ok")) {
                health.add(each);
            }
        }
        return health;
    }

    /** Returns the number of events that wait in the store. */
    public long stored() {
        return storedLanes == null ? 0 : storedLanes.pending();
    }

    /**
     * Waits until all lanes in memory are empty and calls for stored events have ended, at most so long; what is stored
     * stays. Returns the number of events in memory that are left.
     */
    public long drain(Duration timeout) {
        if (storedLanes != null) {
            storedLanes.stop();
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        while (atWork() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return pending();
    }

    /** Stops at once; what still waits in memory is lost and its senders are told, what is stored stays. */
    @Override
    public void close() {
        timer.close();
        threads.close();
        waiting.forEach(Ticket::timedOut);
        if (store != null) {
            store.close();
        }
        if (storedLanes != null) {
            storedLanes.close();
        }
    }

    /** Tells lanes of deliveries that an operator has asked to repeat. */
    public void replayed(List<EventStore.Backlog> backlogs) {
        if (storedLanes != null) {
            storedLanes.replayed(backlogs);
        }
    }

    /** Pauses or resumes the lane of stored events; false if there is no such destination. */
    public boolean pause(String lane, boolean on) {
        return storedLanes != null && storedLanes.pause(lane, on);
    }

    private boolean atWork() {
        return pending() > 0 || (storedLanes != null && storedLanes.anyCalling());
    }

    private Lane.Surroundings surroundings(String group, int concurrency) {
        return new Lane.Surroundings(clock, timer, work -> threads.execute(group, concurrency, work));
    }

    /** Returns the lanes to all destinations, or null if one of these is out of order. */
    private @Nullable List<Lane> lanes(Endpoint endpoint) {
        List<Destination> destinations = endpoint.destinations();
        if (destinations.size() == 1) {
            Lane lane = lane(destinations.get(0), endpoint);
            return lane == null ? null : List.of(lane);
        }
        List<Lane> lanes = new ArrayList<>(destinations.size());
        for (Destination destination : destinations) {
            Lane lane = lane(destination, endpoint);
            if (lane == null) {
                return null;
            }
            lanes.add(lane);
        }
        return lanes;
    }

    private @Nullable Lane lane(Destination destination, Endpoint endpoint) {
        OutputModule module = destination.module();
        if (module == null) {
            return null;
        }
        Lane lane = lanes.get(destination.lane());
        return lane != null
                ? lane
                : lanes.computeIfAbsent(destination.lane(), name -> {
                    Lane.Surroundings around = surroundings(destination.threads(), module.concurrency());
                    return new Lane(name, module, endpoint.terms(), around);
                });
    }

    private @Nullable Acceptance offer(
            WebhookEvent event, List<Lane> to, Ticket ticket, Endpoint.DeliveryTerms terms, boolean senderWaits) {
        long now = clock.millis();
        Duration patience =
                senderWaits ? terms.acknowledgeTimeout() : terms.retry().maxAge();
        for (int i = 0; i < to.size(); i++) {
            Lane lane = to.get(i);
            Lane.Refusal refusal = lane.offer(new Delivery(event, ticket, now, now + patience.toMillis()), senderWaits);
            if (refusal != null) {
                abandon(ticket, to.subList(0, i), to.size() - i);
                return Acceptance.refused(refusal == Lane.Refusal.FULL ? FULL : UNAVAILABLE, lane.retryAfter());
            }
        }
        return null;
    }

    /** Takes an event back that some lanes have queued and others do not take. */
    private static void abandon(Ticket ticket, List<Lane> queuedIn, int notQueued) {
        ticket.withdraw();
        for (int i = 0; i < notQueued; i++) {
            ticket.givenUp();
        }
        queuedIn.forEach(lane -> lane.signal(false));
    }

    private long pending() {
        return lanes.values().stream().mapToLong(Lane::pending).sum();
    }
}
