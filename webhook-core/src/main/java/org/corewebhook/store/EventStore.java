package org.corewebhook.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.corewebhook.WebhookEvent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps accepted events until each of their lanes has delivered them or an operator has decided about them.
 *
 * <p>A delivery is one event on its way through one lane. It is <em>fresh</em> until its first attempt failed, then it
 * waits for its next attempt, and ends as done (forgotten, at once or after a while) or dead (kept for the operator).
 * Sequences grow in the order in which events became durable.
 *
 * <p>Events may have an ordering key. Of the deliveries of one lane and key that are neither done nor dead only the
 * first one goes: the store holds the others back, and lets the next one go when that one has ended. All methods are
 * thread-safe. After a failure (disk full, file gone) the store keeps working as soon as the cause is gone, without a
 * restart.
 *
 * <p>Several instances of a receiver may share a store. Each then delivers what it has received itself, lanes that keep
 * their order are delivered by one instance at a time, and the living take over the work of the dead: see
 * {@link #takeOver}. The defaults of those methods are right for a store of one instance.
 */
public interface EventStore extends ReceiptStore, AutoCloseable {

    /** The ordering key of events whose order does not matter: {@value}. */
    long NO_KEY = 0;

    /**
     * Begins to keep the event and one fresh delivery per lane; returns at once, and tells the listener when they are
     * durable (synchronised to the disk, or committed by the database), many of them sharing one commit. The receipt is
     * completed in the same transaction; if it is known already, nothing is kept.
     *
     * @param key a hash of the event's ordering key, or {@link #NO_KEY}
     * @param receipt what is remembered of the event, or null
     * @param listener told exactly once how it ended, perhaps before this method returns
     */
    void submit(WebhookEvent event, List<String> lanes, long key, @Nullable Receipt receipt, AppendListener listener);

    /**
     * Keeps the event as {@link #submit} does, and returns when that is durable.
     *
     * @param whenDurable called once before this method returns; not called if nothing is kept
     * @return {@code NEW} if the event is kept
     * @throws StoreException if the event is not kept, for example because the disk is full; nothing is left behind
     */
    default Receipt.Standing append(
            WebhookEvent event, List<String> lanes, long key, @Nullable Receipt receipt, DurableListener whenDurable)
            throws StoreException {
        AwaitedAppend append = new AwaitedAppend(whenDurable);
        submit(event, lanes, key, receipt, append);
        return append.await();
    }

    /** Keeps an event without an ordering key, of which no receipt is remembered. */
    default void append(WebhookEvent event, List<String> lanes, DurableListener whenDurable) throws StoreException {
        append(event, lanes, NO_KEY, null, whenDurable);
    }

    /** Says who is told what the store does with deliveries by itself; called once, before anything else. */
    default void watch(LaneWatcher watcher) {}

    /**
     * Returns the lane's fresh deliveries with a sequence above {@code after}, in order of sequence: as many as fit, at
     * least one if there is one. A damaged row is made a dead letter and left out.
     */
    Page read(String lane, long after, int maxEvents, long maxBytes) throws StoreException;

    /** Returns deliveries of a lane whose next attempt is due; like {@link #read}. */
    DuePage due(DueQuery query) throws StoreException;

    /** Returns the lane's deliveries whose next attempt is due, the longest waiting first; like {@link #read}. */
    default List<StoredDelivery> due(String lane, long nowMillis, int maxEvents, long maxBytes) throws StoreException {
        return due(new DueQuery(lane, nowMillis, false, Set.of(), maxEvents, maxBytes))
                .deliveries();
    }

    /**
     * Notes what became of attempts; returns at once unless very many notes wait to be written. Notes are written even
     * if the disk is full at the moment, once it is not; a crash before that repeats the attempts.
     *
     * @param whenWritten called when all of them can be seen by {@link #due}; must not block
     */
    void settle(String lane, List<Settlement> settlements, Runnable whenWritten);

    /** Returns what waits in each lane that has fresh or waiting deliveries. Meant for the start: may take a second. */
    List<Backlog> backlog() throws StoreException;

    /** Returns deliveries for the operator, newest first. */
    List<DeliveryView> find(DeliveryFilter filter) throws StoreException;

    /** Returns one event with its body, its deliveries and their attempts; empty if there is none of that id. */
    Optional<EventView> event(String id) throws StoreException;

    /**
     * Makes the dead and done deliveries that the filter matches due now, with a fresh count of attempts. Many are
     * changed in several transactions, so that new events need not wait.
     *
     * @return the deliveries that are due, by lane
     */
    List<Backlog> replay(DeliveryFilter filter, long nowMillis) throws StoreException;

    /**
     * Forgets the dead and done deliveries that the filter matches, and events that have no other; returns their
     * number.
     */
    int purge(DeliveryFilter filter) throws StoreException;

    /**
     * Notes that this instance delivers the lane.
     *
     * @param inOrder its events go in order of sequence, whichever instance has received them
     * @return whether other instances append to what this one delivers, so that a lane must not rely on what it has
     *     appended itself but reads everything
     */
    default boolean register(String lane, boolean inOrder) {
        return false;
    }

    /**
     * Tells whether this instance may deliver the lane's events now; asked before every call of a destination, never
     * blocks. False while another instance has its turn with an ordered lane, and before the others may take this
     * instance for dead because it cannot reach the database.
     */
    default boolean mayDeliver(String lane) {
        return true;
    }

    /** Returns how often {@link #takeOver} wants to be called; zero for never. */
    default Duration takeOverEvery() {
        return Duration.ZERO;
    }

    /** Looks for what other instances have left or appended to lanes in order, and makes it this instance's own. */
    default TakeOver takeOver() throws StoreException {
        return TakeOver.NOTHING;
    }

    /** Returns how the store is doing; never blocks on the disk. */
    StoreHealth health();

    /** Writes what waits and closes files and connections. */
    @Override
    void close();

    /**
     * Told that an appended event is durable, on the store's thread: never by two threads at once, in the order of
     * sequences; must not block.
     */
    @FunctionalInterface
    interface DurableListener {

        /** Takes the sequence that the event got. */
        void durable(long sequence);

        /** Takes the sequence that the event got, and the lanes in which it is held back by its ordering key. */
        default void durable(long sequence, Set<String> heldBack) {
            durable(sequence);
        }
    }

    /** Told, besides, how an append has ended, after all events of its commit are known as durable; must not block. */
    interface AppendListener extends DurableListener {

        /** The event is kept and durable if this is {@code NEW}; otherwise its receipt was known. */
        void appended(Receipt.Standing standing);

        /** The event is not kept, for example because the disk is full; nothing is left behind. */
        void failed(StoreException failure);
    }

    /** Told what the store does with deliveries by itself, on the store's thread; must not block. */
    interface LaneWatcher {

        /** Deliveries of the lane that were held back are due now. */
        void released(String lane);

        /** Deliveries of the lane turned out to be damaged and are dead letters now. */
        void lost(String lane, long deliveries, long bytes);
    }

    /**
     * Which deliveries a lane wants that are due.
     *
     * @param lane the lane
     * @param nowMillis the time
     * @param inSequence in order of sequence, up to the first that is not due; else the longest waiting first
     * @param except sequences to leave out
     * @param maxEvents at most so many
     * @param maxBytes as many as fit, at least one
     */
    record DueQuery(String lane, long nowMillis, boolean inSequence, Set<Long> except, int maxEvents, long maxBytes) {}

    /**
     * What is due.
     *
     * @param deliveries the deliveries
     * @param nextAttemptMillis when the next one is due that is neither among them nor left out, or
     *     {@link Long#MAX_VALUE}
     */
    record DuePage(List<StoredDelivery> deliveries, long nextAttemptMillis) {}

    /**
     * What a read returned.
     *
     * @param deliveries the deliveries
     * @param readUpTo the last sequence that was looked at: the next read starts after it
     */
    record Page(List<StoredDelivery> deliveries, long readUpTo) {}

    /**
     * One event on its way through one lane.
     *
     * @param sequence its place in the order of arrival
     * @param event the event, its body proven undamaged
     * @param attempts attempts that failed so far
     */
    record StoredDelivery(long sequence, WebhookEvent event, int attempts) {}

    /**
     * What waits in one lane.
     *
     * @param lane name of the lane
     * @param deliveries their number
     * @param bytes bytes of their bodies
     * @param lastSequence the highest sequence of them
     * @param nextAttemptMillis when the first of those that wait for an attempt is due, or {@link Long#MAX_VALUE}
     */
    record Backlog(String lane, long deliveries, long bytes, long lastSequence, long nextAttemptMillis) {}

    /**
     * What a look for other instances' work has brought.
     *
     * @param afresh others had taken this instance for dead: what lanes know is void, {@link #backlog} is what is left
     * @param adopted what dead instances had not delivered, now due here
     * @param turns lanes in order that are this instance's to deliver from now on, with all that waits in them
     * @param news how lanes in order stand that were known before
     */
    record TakeOver(boolean afresh, List<Backlog> adopted, List<Backlog> turns, List<Backlog> news) {

        /** Nothing is new. */
        public static final TakeOver NOTHING = new TakeOver(false, List.of(), List.of(), List.of());

        /** What lanes know is void. */
        public static final TakeOver AFRESH = new TakeOver(true, List.of(), List.of(), List.of());
    }
}
