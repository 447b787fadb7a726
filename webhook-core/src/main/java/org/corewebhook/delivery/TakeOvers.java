package org.corewebhook.delivery;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the store again and again what other instances have left to this one, and tells the lanes. A store of one
 * instance is never asked. Thread-safe.
 */
final class TakeOvers {

    private static final Logger log = LoggerFactory.getLogger(TakeOvers.class);

    private final EventStore store;
    private final StoredLanes lanes;
    private final Lane.Surroundings surroundings;
    private final Map<String, EventStore.Backlog> turns = new LinkedHashMap<>();
    private boolean afresh;
    private boolean failing;
    private volatile boolean stopped;

    TakeOvers(EventStore store, StoredLanes lanes, Lane.Surroundings surroundings) {
        this.store = store;
        this.lanes = lanes;
        this.surroundings = surroundings;
    }

    /** Looks for the first time now. */
    void start() {
        if (!store.takeOverEvery().isZero()) {
            surroundings.threads().execute(this::look);
        }
    }

    void stop() {
        stopped = true;
    }

    private synchronized void look() {
        if (stopped) {
            return;
        }
        try {
            apply(store.takeOver());
            failing = false;
        } catch (StoreException | RuntimeException e) {
            if (!failing) {
                log.warn("Cannot look for the work of other instances, trying again: {}", e.getMessage(), e);
            }
            failing = true;
        }
        Duration pause = store.takeOverEvery();
        surroundings.timer().after(pause, () -> surroundings.threads().execute(this::look));
    }

    private void apply(EventStore.TakeOver found) throws StoreException {
        afresh |= found.afresh();
        if (afresh) {
            turns.clear();
            lanes.startAfresh();
            afresh = false;
        }
        found.adopted().forEach(lanes::adopt);
        found.turns().forEach(turn -> turns.put(turn.lane(), turn));
        turns.values().removeIf(lanes::takeTurn);
        found.news().forEach(lanes::news);
        lanes.wake();
    }
}
