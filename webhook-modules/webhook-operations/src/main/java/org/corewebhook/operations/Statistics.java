package org.corewebhook.operations;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookObserver;

/**
 * Counts accepted webhooks per label, in total and over rolling windows from a minute to a month of 30 days.
 *
 * <p>A window never counts more than its length and at most one slot less: a second of the minute, a minute up to the
 * hour, ten minutes of the day, an hour of the week and the month. A clock that is set back does no harm. Counts live
 * in memory, about 4 kB per label, and start at zero with the process.
 *
 * <p>Labels with a namespace ({@code team/github}) are made up by the sender: after {@value #MAX_NAMESPACED_LABELS} of
 * them the others count under the endpoint's id. Thread-safe.
 */
public final class Statistics implements WebhookObserver {

    /** How many labels with a namespace are counted on their own. */
    public static final int MAX_NAMESPACED_LABELS = 1000;

    private final Clock clock;
    private final Map<String, LabelStatistics> labels = new ConcurrentHashMap<>();
    private final Semaphore namespacedLabels = new Semaphore(MAX_NAMESPACED_LABELS);

    /** Makes statistics that hold nothing yet. */
    public Statistics(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    public void accepted(WebhookEvent event, String label) {
        LabelStatistics known = labels.get(label);
        (known == null ? open(label) : known).count();
    }

    /**
     * Returns the counters of every label that accepted something, sorted by label: {@code total}, {@code minute},
     * {@code 5_minutes}, {@code 15_minutes}, {@code 30_minutes}, {@code hour}, {@code day}, {@code week},
     * {@code month}. The counters of one label are of one moment.
     */
    public Map<String, Map<String, Long>> snapshot() {
        Map<String, Map<String, Long>> snapshot = new TreeMap<>();
        labels.forEach((label, statistics) -> snapshot.put(label, statistics.read()));
        return snapshot;
    }

    private LabelStatistics open(String label) {
        int slash = label.lastIndexOf('/');
        if (slash < 0) {
            return labels.computeIfAbsent(label, opened -> new LabelStatistics(clock));
        }
        LabelStatistics namespaced = labels.computeIfAbsent(
                label, opened -> namespacedLabels.tryAcquire() ? new LabelStatistics(clock) : null);
        return namespaced == null ? open(label.substring(slash + 1)) : namespaced;
    }
}
