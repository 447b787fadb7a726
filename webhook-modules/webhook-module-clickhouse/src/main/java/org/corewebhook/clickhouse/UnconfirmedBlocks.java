package org.corewebhook.clickhouse;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.corewebhook.WebhookEvent;
import org.jspecify.annotations.Nullable;

/**
 * The last blocks of one output that were sent and not confirmed: nobody knows whether they are stored.
 *
 * <p>ClickHouse tells a repeated block only as a whole, but failed events come back one by one and in other company. So
 * such a block is repeated as it was when the first of its events comes back; the others are then stored, too. Holds at
 * most four batches, whose events mostly wait in the lane anyway. Thread-safe.
 */
final class UnconfirmedBlocks {

    /** One lane has one insert under way at a time, and failures make it pause. */
    private static final int MAX_BLOCKS = 4;

    private final Object lock = new Object();
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();

    /** A block, and the events of it that have not come back. */
    static final class Block {

        private final Set<String> awaited;
        private List<WebhookEvent> events;

        private Block(List<WebhookEvent> events) {
            this.events = events;
            this.awaited = events.stream().map(WebhookEvent::id).collect(Collectors.toCollection(HashSet::new));
        }
    }

    void add(List<WebhookEvent> events) {
        synchronized (lock) {
            blocks.add(new Block(List.copyOf(events)));
            if (blocks.size() > MAX_BLOCKS) {
                blocks.remove();
            }
        }
    }

    /** Returns the block that the event belongs to, or null. */
    @Nullable
    Block of(WebhookEvent event) {
        synchronized (lock) {
            for (Block block : blocks) {
                if (block.awaited.contains(event.id())) {
                    return block;
                }
            }
            return null;
        }
    }

    /** Returns the events to repeat, all of them in their order; empty if that was done. */
    List<WebhookEvent> toRepeat(Block block) {
        synchronized (lock) {
            return block.events;
        }
    }

    /** Notes that the block is stored, so that its events need not be sent when they come back. */
    void stored(Block block) {
        synchronized (lock) {
            block.events = List.of();
        }
    }

    /** Notes that an event of a stored block has come back. */
    void answered(Block block, WebhookEvent event) {
        synchronized (lock) {
            block.awaited.remove(event.id());
            if (block.awaited.isEmpty()) {
                blocks.remove(block);
            }
        }
    }

    /** Forgets a block that is certainly not stored. */
    void forget(Block block) {
        synchronized (lock) {
            blocks.remove(block);
        }
    }
}
