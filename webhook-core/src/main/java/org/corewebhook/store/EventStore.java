package org.corewebhook.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.corewebhook.WebhookEvent;

/**
 * Keeps accepted events until each of their lanes has delivered them or an operator has decided about them.
 *
 * <p>A delivery is one event on its way through one lane. It is <em>fresh</em> until its first attempt failed, then it
 * waits for its next attempt, and ends as done (forgotten) or dead (kept for the operator). Sequences grow in the order
 * in which events became durable. All methods are thread-safe. After a failure (disk full, file gone) the store keeps
 * working as soon as the cause is gone, without a restart.
 *
 * <p>Several instances of a receiver may share a store. Each then delivers what it has received itself, lanes that keep
 * their order are delivered by one instance at a time, and the living take over the work of the dead: see
 * {@link #takeOver}. The defaults of those methods are right for a store of one instance.
 */
public interface EventStore extends AutoCloseable {

    /**
     * Keeps the event and one fresh delivery per lane; returns when they are durable (synchronised to the disk, or
     * committed by the database), many concurrent calls sharing one commit.
     *
     * @param whenDurable called once before this method returns, never by two threads at once, in the order of
     *     sequences; must not block
     * @throws StoreException if the event is not kept, for example because the disk is full; nothing is left behind
     */
    void append(WebhookEvent event, List<String> lanes, DurableListener whenDurable) throws StoreException;

    /**
     * Returns the lane's fresh deliveries with a sequence above {@code after}, in order of sequence: as many as fit, at
     * least one if there is one. A damaged row is made a dead letter and left out.
     */
    Page read(String lane, long after, int maxEvents, long maxBytes) throws StoreException;

    /** Returns the lane's deliveries whose next attempt is due, the longest waiting first; like {@link #read}. */
    List<StoredDelivery> due(String lane, long nowMillis, int maxEvents, long maxBytes) throws StoreException;

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
     * Makes the dead deliveries that the filter matches due now, with a fresh count of attempts.
     *
     * @return the deliveries that are due, by lane
     */
    List<Backlog> replay(DeliveryFilter filter, long nowMillis) throws StoreException;

    /** Forgets the dead deliveries that the filter matches, and events that have no other; returns their number. */
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

    /** Told that an appended event is durable, on the store's thread. */
    @FunctionalInterface
    interface DurableListener {

        /** Takes the sequence that the event got. */
        void durable(long sequence);
    }

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
