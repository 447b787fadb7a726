package org.corewebhook.clickhouse;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookObserver;
import org.corewebhook.payload.CredentialCleanup;
import org.corewebhook.payload.Redaction;
import org.corewebhook.payload.SensitiveNames;
import org.corewebhook.spi.ConnectionProvider;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every accepted webhook to the table {@value #TABLE}, in blocks of up to 1000 rows and at least every 2 seconds.
 *
 * <p>Requests are never slowed down: events wait in memory, up to 20,000 and 32 MiB of them, and beyond that they are
 * dropped; drops are counted ({@link #dropped()}) and reported once per burst. A block that cannot be stored is
 * repeated as it is, with growing pauses up to 30 s, until it is stored. Credentials are hidden in headers and in
 * bodies that are JSON. {@code webhook_id} is the label under which the webhook counts. Thread-safe; one daemon thread.
 */
public final class AnalyticsLogger implements WebhookObserver, AutoCloseable {

    /** The table, in the database of the connection. */
    public static final String TABLE = TableName.DEFAULT;

    private static final Logger log = LoggerFactory.getLogger(AnalyticsLogger.class);

    private static final TableName LOGS = new TableName(null, TABLE);
    private static final Redaction REDACTION = Redaction.masking(SensitiveNames.standard(), CredentialCleanup.MASK);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final SharedConnection connection;
    private final Predicate<String> loggedAlready;
    private final Terms terms;
    private final AnalyticsQueue queue;
    private final Thread worker;

    /**
     * Starts logging; opens the connection with the first event.
     *
     * @param opener from {@link ClickHouseConnectionProvider#prepare}; what it opens is closed with this
     * @param loggedAlready tells by the id of the endpoint whether its events get into the table without this; see
     *     {@link #isLoggedBy}
     */
    public AnalyticsLogger(ConnectionProvider.Opener opener, Predicate<String> loggedAlready) {
        this(opener, loggedAlready, Terms.STANDARD);
    }

    AnalyticsLogger(ConnectionProvider.Opener opener, Predicate<String> loggedAlready, Terms terms) {
        this.connection = new SharedConnection("analytics", "clickhouse", opener);
        this.loggedAlready = Objects.requireNonNull(loggedAlready, "loggedAlready");
        this.terms = terms;
        this.queue = new AnalyticsQueue(terms);
        this.worker = new Thread(this::work, "clickhouse-analytics");
        worker.setDaemon(true);
        worker.start();
    }

    /** How much may wait, and how long. */
    record Terms(int rows, Duration delay, int maxEvents, long maxBytes, Duration firstPause, Duration closeTimeout) {

        static final Terms STANDARD = new Terms(
                1000, Duration.ofSeconds(2), 20_000, 32L << 20, Duration.ofMillis(500), Duration.ofSeconds(5));
    }

    /**
     * Tells whether an output writes to the table of the logs itself, so that its endpoint must not be logged twice.
     *
     * @param analyticsConnection name of the connection that is logged to
     */
    public static boolean isLoggedBy(OutputModule output, String analyticsConnection) {
        return output instanceof ClickHouseOutput clickHouse && clickHouse.writesTo(analyticsConnection, TABLE);
    }

    @Override
    public void accepted(WebhookEvent event, String label) {
        if (!loggedAlready.test(event.endpoint())) {
            queue.offer(event, label);
        }
    }

    /** Returns how many events were not logged since the start, because too many were waiting or by refusal. */
    public long dropped() {
        return queue.dropped();
    }

    /** Returns how many events wait to be logged. */
    public int waiting() {
        return queue.waiting();
    }

    private void work() {
        List<AnalyticsQueue.Entry> entries = queue.take();
        while (!entries.isEmpty()) {
            store(entries.stream().map(AnalyticsLogger::row).toList());
            queue.done(entries);
            entries = queue.take();
        }
    }

    /** Repeats the very same block, so that what was stored without our knowing is not stored twice. */
    private void store(List<LogBlock.Row> rows) {
        Duration pause = terms.firstPause();
        boolean failedBefore = false;
        while (true) {
            try {
                insert(rows);
                if (failedBefore) {
                    log.info("Events are logged to ClickHouse again");
                }
                return;
            } catch (DeliveryException e) {
                if (!e.isRetryable() || queue.isPastEnd()) {
                    log.warn("{} events are not logged: {}", rows.size(), e.getMessage());
                    queue.drop(rows.size());
                    return;
                }
                if (!failedBefore) {
                    log.warn("Events cannot be logged to ClickHouse, they wait: {}", e.getMessage());
                }
                failedBefore = true;
            }
            queue.pause(pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1)));
            pause = pause.multipliedBy(2).compareTo(Duration.ofSeconds(30)) < 0
                    ? pause.multipliedBy(2)
                    : Duration.ofSeconds(30);
        }
    }

    private void insert(List<LogBlock.Row> rows) throws DeliveryException {
        try {
            ClickHouseClient client = connection.client(ClickHouseClient.class);
            client.insert(LOGS, LogBlock.of(rows), client.deadline());
        } catch (RefusedException e) {
            if (rows.size() == 1 || !e.error().isOfARow()) {
                throw e.failure();
            }
            store(rows.subList(0, rows.size() / 2));
            store(rows.subList(rows.size() / 2, rows.size()));
        }
    }

    private static LogBlock.Row row(AnalyticsQueue.Entry entry) {
        WebhookEvent event = entry.event();
        Headers headers = REDACTION.headers(event.headers());
        byte[] json = REDACTION.json(event.body());
        return new LogBlock.Row(
                event.id(),
                entry.label(),
                event.receivedAt().getEpochSecond(),
                json == null ? event.body() : json,
                LogBlock.json(headers));
    }

    /** Logs what waits, for at most 5 seconds; the rest is dropped and reported. A second call does nothing. */
    @Override
    public void close() {
        queue.end();
        await(terms.closeTimeout());
        queue.endNow();
        connection.close(); // ends a call that is running
        await(GRACE);
    }

    private void await(Duration atMost) {
        try {
            worker.join(atMost.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
