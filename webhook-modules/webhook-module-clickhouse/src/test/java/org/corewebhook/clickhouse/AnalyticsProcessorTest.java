package org.corewebhook.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.configuration.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnalyticsProcessorTest {

    private static final long DAY = 86_400;

    private final TestServer server = TestServer.shared();
    private final String database = TestServer.newName("stats");
    private final String logs = database + ".webhook_logs";
    private final String stats = database + ".webhook_stats";
    private final AnalyticsProcessor processor = processor();
    private long now;

    @BeforeEach
    void createTheLogs() {
        now = server.number("SELECT toUnixTimestamp(now())");
        server.text("CREATE DATABASE " + database);
        server.text(Tables.logs(new TableName(database, "webhook_logs")));
    }

    @AfterEach
    void dropTheDatabase() {
        processor.close();
        server.text("DROP DATABASE IF EXISTS " + database);
    }

    @Test
    void aRowHoldsTheTotalAndAllWindowsToTheSecond() throws Exception {
        for (long window : List.of(60L, 300L, 900L, 1800L, 3600L, DAY, 7 * DAY, 30 * DAY)) {
            logAt("orders", now - window + 1);
            logAt("orders", now - window);
        }

        processor.compute(now, now);

        assertThat(server.text("SELECT webhook_id, toUnixTimestamp(timestamp), total, minute, minute_5, minute_15,"
                        + " minute_30, hour, day, week, month FROM " + stats))
                .isEqualTo("orders\t" + now + "\t16\t1\t3\t5\t7\t9\t11\t13\t15");
    }

    @ParameterizedTest(name = "{0} seconds later")
    @ValueSource(longs = {1, 17, 59, 60, 300, 3_601, 86_399, 5 * 86_400 + 7})
    void theCountsAreThoseOfAllLogsHoweverLongAgoTheLastRunWas(long later) throws Exception {
        server.text("INSERT INTO " + logs + " (id, webhook_id, timestamp, payload, headers) SELECT toString(number),"
                + " concat('w', toString(number % 3)), toDateTime(" + now
                + " - toUInt32(pow(number / 20000, 4) * 40 * 86400)), '', '' FROM numbers(20000)");
        processor.compute(now, now);
        server.text("INSERT INTO " + logs + " (id, webhook_id, timestamp, payload, headers) SELECT toString(number),"
                + " 'w0', toDateTime(" + (now + later) + " - number * 10), '', '' FROM numbers(1000)");

        processor.compute(now + later, now + later);

        long at = now + later;
        assertThat(server.text(
                        "SELECT webhook_id, total, minute, minute_5, minute_15, minute_30, hour, day, week, month"
                                + " FROM " + stats + " WHERE timestamp = toDateTime(" + at
                                + ") ORDER BY webhook_id"))
                .isEqualTo(countedDirectly(at));
    }

    private String countedDirectly(long at) {
        StringBuilder sql = new StringBuilder("SELECT webhook_id, count()");
        for (long window : List.of(60L, 300L, 900L, 1800L, 3600L, DAY, 7 * DAY, 30 * DAY)) {
            sql.append(", countIf(timestamp > toDateTime(").append(at - window).append("))");
        }
        return server.text(sql + " FROM " + logs + " GROUP BY webhook_id ORDER BY webhook_id");
    }

    @Test
    void eventsThatComeLateAreCounted() throws Exception {
        logAt("orders", now - 10_000);
        processor.compute(now, now);
        logAt("orders", now - 10_000);
        logAt("orders", now - 2 * DAY);

        processor.compute(now + 300, now + 300);

        assertThat(total(now + 300)).isEqualTo(3);
    }

    @Test
    void theTotalStaysWhenOldLogsAreRemoved() throws Exception {
        logAt("orders", now - 40 * DAY);
        logAt("orders", now - 10);
        processor.compute(now, now);
        server.text("ALTER TABLE " + logs + " DELETE WHERE timestamp < toDateTime(" + (now - DAY)
                + ") SETTINGS mutations_sync = 2");

        processor.compute(now + 300, now + 300);

        assertThat(total(now + 300)).isEqualTo(2);
    }

    @Test
    void processorsAtTheSameTimeWriteOneRowPerIdAndInterval() throws Exception {
        logAt("a", now - 10);
        logAt("b", now - 5_000);
        int count = 4;
        CyclicBarrier start = new CyclicBarrier(count);
        ExecutorService threads = Executors.newFixedThreadPool(count);
        List<AnalyticsProcessor> processors = new ArrayList<>();
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                AnalyticsProcessor each = processor();
                processors.add(each);
                runs.add(threads.submit(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    each.compute(now, now - 100);
                    each.compute(now + 1, now - 100);
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get(2, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
            processors.forEach(AnalyticsProcessor::close);
        }

        assertThat(server.text("SELECT webhook_id, count(), max(total) FROM " + stats
                        + " GROUP BY webhook_id ORDER BY webhook_id"))
                .isEqualTo("a\t1\t1\nb\t1\t1");
    }

    @Test
    void idsWithSlashesAndQuotesAreCounted() throws Exception {
        logAt("team/o''rders", now - 10);

        processor.runOnce();

        assertThat(server.text("SELECT webhook_id, total FROM " + stats + " FORMAT TabSeparatedRaw"))
                .isEqualTo("team/o'rders\t1");
    }

    @Test
    void runComputesAtOnceAndEndsWhenItIsClosed() throws Exception {
        logAt("orders", now - 10);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (AnalyticsProcessor running = processor()) {
            Future<?> run = thread.submit(() -> {
                running.run(Duration.ofMinutes(5));
                return null;
            });
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (server.number("SELECT count() FROM system.tables WHERE database = '" + database
                                    + "' AND name = 'webhook_stats'")
                            == 0
                    && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            while (server.number("SELECT count() FROM " + stats) == 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            // One row for each interval, and a busy machine may be in the next one by now.
            assertThat(server.number("SELECT count() FROM " + stats)).isPositive();

            running.close();
            run.get(30, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
    }

    private AnalyticsProcessor processor() {
        Map<String, Object> settings = new LinkedHashMap<>(server.connectionSettings());
        settings.put("database", database);
        settings.put("timeout", "1m");
        return new AnalyticsProcessor(new ClickHouseConnectionProvider().prepare(Settings.of(settings)));
    }

    private void logAt(String webhook, long second) {
        server.text("INSERT INTO " + logs + " (id, webhook_id, timestamp, payload, headers) SELECT"
                + " toString(generateUUIDv4()), '" + webhook + "', toDateTime(" + second + "), '', ''");
    }

    private long total(long at) {
        return server.number("SELECT total FROM " + stats + " WHERE timestamp = toDateTime(" + at + ")");
    }
}
