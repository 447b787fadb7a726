package org.corewebhook.clickhouse;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.corewebhook.spi.ConnectionProvider;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.SharedConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes {@code webhook_stats} from {@code webhook_logs}: for each {@code webhook_id} one row with the total and with
 * the counts of the last 1, 5, 15 and 30 minutes, hour, day, 7 and 30 days.
 *
 * <p>All counting is done by ClickHouse and by its clock, so any number of receivers may write, and any number of
 * processors may run: one row per id and interval is written. What was counted is kept per minute in
 * {@code webhook_stats_minutes}; each run reads the logs since 3 days before the newest minute in it (events that are
 * redelivered come late) and never all of them again. Windows are exact to the second. Thread-safe.
 */
public final class AnalyticsProcessor implements AutoCloseable {

    /** How often the statistics are computed unless told otherwise: every 5 minutes. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(5);

    private static final Logger log = LoggerFactory.getLogger(AnalyticsProcessor.class);

    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(30);

    private final SharedConnection connection;
    private final Object lock = new Object();
    private boolean closed;

    /**
     * Makes a processor; opens nothing yet.
     *
     * @param opener from {@link ClickHouseConnectionProvider#prepare}; what it opens is closed with this
     */
    public AnalyticsProcessor(ConnectionProvider.Opener opener) {
        this.connection = new SharedConnection("analytics", "clickhouse", Objects.requireNonNull(opener, "opener"));
    }

    /** Runs now and then once per interval, until it is closed or interrupted; failures are logged and tried again. */
    public void run(Duration every) throws InterruptedException {
        long interval = Math.max(1, every.toSeconds());
        while (!isClosed()) {
            Duration wait;
            try {
                long now = now();
                compute(now, now - now % interval);
                wait = Duration.ofSeconds(interval - now % interval);
            } catch (DeliveryException e) {
                if (!isClosed()) {
                    log.warn("The statistics were not computed, it is tried again: {}", e.getMessage());
                }
                wait = RETRY.compareTo(every) < 0 ? RETRY : every;
            }
            pause(wait);
        }
    }

    /** Writes the statistics as of now, unless that was done within this second. */
    public void runOnce() throws DeliveryException {
        long now = now();
        compute(now, now);
    }

    /** The clock of the database: receivers and processors may be wrong. */
    private long now() throws DeliveryException {
        return Long.parseLong(query("SELECT toUnixTimestamp(now())").strip());
    }

    /**
     * Writes the statistics of a moment.
     *
     * @param now the moment, in seconds
     * @param since ids that have a row since then are left alone
     */
    void compute(long now, long since) throws DeliveryException {
        AnalyticsStatements statements =
                new AnalyticsStatements(client().options().database());
        requireTables(statements);
        long newest = Long.parseLong(query(statements.newestMinute(now)).strip());
        query(statements.countMinutes(newest));
        query(statements.writeStatistics(now, since));
        log.debug("Statistics as of {} are written", now);
    }

    private void requireTables(AnalyticsStatements statements) throws DeliveryException {
        ClickHouseClient client = client();
        Deadline deadline = Deadline.in(STATEMENT_TIMEOUT);
        try {
            client.require(statements.logs(), Tables.logs(statements.logs()), deadline);
            client.require(statements.minutes(), Tables.minutes(statements.minutes()), deadline);
            client.require(statements.stats(), Tables.stats(statements.stats()), deadline);
        } catch (RefusedException e) {
            throw e.failure();
        }
    }

    private String query(String sql) throws DeliveryException {
        ClickHouseClient client = client();
        try {
            return client.query(sql, Deadline.in(STATEMENT_TIMEOUT));
        } catch (RefusedException e) {
            client.forgetTables(e);
            throw e.failure();
        }
    }

    private ClickHouseClient client() throws DeliveryException {
        return connection.client(ClickHouseClient.class);
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private void pause(Duration duration) throws InterruptedException {
        synchronized (lock) {
            long end = System.nanoTime() + duration.toNanos();
            long left = duration.toNanos();
            while (left > 0 && !closed) {
                lock.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                left = end - System.nanoTime();
            }
        }
    }

    /** Ends a run that is under way; what it has not written the next one does. A second call does nothing. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        connection.close();
    }
}
