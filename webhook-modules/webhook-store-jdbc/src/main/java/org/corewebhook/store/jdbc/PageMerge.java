package org.corewebhook.store.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.corewebhook.store.EventStore.Page;
import org.corewebhook.store.EventStore.StoredDelivery;

/**
 * Makes one page, in order of sequences, of rows and of events that are no rows yet.
 *
 * @param maxEvents events on a page
 * @param maxBytes the page ends with the body that reaches them
 */
record PageMerge(int maxEvents, long maxBytes) {

    /** Returns the rows with those of the events that are for this lane; {@code last} is what both were read up to. */
    Page merge(Page rows, Collection<JournalEntry> events, String lane, long last) {
        TreeMap<Long, StoredDelivery> both = new TreeMap<>();
        for (JournalEntry entry : events) {
            if (entry.lanes().contains(lane)) {
                both.put(entry.sequence(), new StoredDelivery(entry.sequence(), entry.event(), 0));
            }
        }
        if (both.isEmpty()) {
            return rows;
        }
        rows.deliveries().forEach(row -> both.put(row.sequence(), row));
        long bytesOfRows =
                rows.deliveries().stream().mapToLong(PageMerge::bytes).sum();
        long rowsUpTo = isFull(rows.deliveries().size(), bytesOfRows) ? rows.readUpTo() : last;
        List<StoredDelivery> page = new ArrayList<>();
        long bytes = 0;
        for (StoredDelivery delivery : both.headMap(rowsUpTo, true).values()) {
            if (isFull(page.size(), bytes)) {
                break;
            }
            page.add(delivery);
            bytes += bytes(delivery);
        }
        return page.isEmpty() ? rows : new Page(page, page.get(page.size() - 1).sequence());
    }

    private boolean isFull(int events, long bytes) {
        return events >= maxEvents || (bytes >= maxBytes && events > 0);
    }

    private static long bytes(StoredDelivery delivery) {
        return delivery.event().body().length;
    }
}
