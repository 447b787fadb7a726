package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.Headers;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ConnectionProvider;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.RecordingOutputModule;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnalyticsLoggerTest {

    /** As in production, but closing waits: on a busy machine the last block may take longer than 5 s. */
    private static final AnalyticsLogger.Terms PATIENT = new AnalyticsLogger.Terms(
            1000, Duration.ofSeconds(2), 20_000, 32L << 20, Duration.ofMillis(500), Duration.ofMinutes(1));

    private final TestServer server = TestServer.shared();
    private final String database = TestServer.newName("analytics");
    private final String logs = database + ".webhook_logs";

    @AfterEach
    void dropTheDatabase() {
        server.text("DROP DATABASE IF EXISTS " + database);
    }

    @Test
    void allThatWaitsIsLoggedInBlocksWhenItIsClosed() {
        try (AnalyticsLogger logger = new AnalyticsLogger(opener(server), endpoint -> false, PATIENT)) {
            Events.numbered(2_500).forEach(event -> logger.accepted(event, "team/test"));
            assertThat(logger.dropped()).isZero();
        }

        assertThat(server.text("SELECT webhook_id, count(), uniq(id) FROM " + logs + " GROUP BY webhook_id"))
                .isEqualTo("team/test\t2500\t2500");
        assertThat(server.number("SELECT count() FROM system.parts WHERE database = '" + database + "'"))
                .isLessThanOrEqualTo(4);
    }

    @Test
    void aSingleEventIsLoggedSoon() {
        try (AnalyticsLogger logger = new AnalyticsLogger(opener(server), endpoint -> false, PATIENT)) {
            logger.accepted(Events.event("{}"), "test");

            awaitRows(server, logs, 1);
            assertThat(logger.dropped()).isZero();
        }
    }

    @Test
    void credentialsAreHiddenInHeadersAndInBodiesThatAreJson() {
        Headers headers = Headers.of("X-Api-Key", "s3cret-marker", "X-Event", "push");
        try (AnalyticsLogger logger = new AnalyticsLogger(opener(server), endpoint -> false, PATIENT)) {
            logger.accepted(Events.event(headers, "{\"a\":1,\"password\":\"s3cret-marker\"}".getBytes(UTF_8)), "test");
            logger.accepted(Events.event(headers, "not JSON".getBytes(UTF_8)), "test");
        }

        assertThat(server.text("SELECT payload, headers FROM " + logs + " ORDER BY id FORMAT TabSeparatedRaw"))
                .isEqualTo(
                        "{\"a\":1,\"password\":\"***REDACTED***\"}\t{\"x-api-key\":\"***REDACTED***\",\"x-event\":\"push\"}\n"
                                + "not JSON\t{\"x-api-key\":\"***REDACTED***\",\"x-event\":\"push\"}");
    }

    @Test
    void anEndpointThatWritesToTheTableItselfIsNotLoggedTwice() {
        try (AnalyticsLogger logger = new AnalyticsLogger(opener(server), "orders"::equals, PATIENT)) {
            logger.accepted(Events.event("orders", Headers.empty(), "1".getBytes(UTF_8)), "team/orders");
            logger.accepted(Events.event("other", Headers.empty(), "2".getBytes(UTF_8)), "other");
        }

        assertThat(server.text("SELECT payload FROM " + logs)).isEqualTo("2");
    }

    @Test
    void itIsKnownWhichOutputsWriteToTheTable() {
        SharedConnection connection = new SharedConnection("clickhouse_analytics", "clickhouse", opener(server));

        assertThat(AnalyticsLogger.isLoggedBy(output(connection, Map.of()), "clickhouse_analytics"))
                .isTrue();
        assertThat(AnalyticsLogger.isLoggedBy(output(connection, Map.of()), "other"))
                .isFalse();
        assertThat(AnalyticsLogger.isLoggedBy(output(connection, Map.of("table", "orders")), "clickhouse_analytics"))
                .isFalse();
        assertThat(AnalyticsLogger.isLoggedBy(new RecordingOutputModule(), "clickhouse_analytics"))
                .isFalse();
    }

    @Test
    void whatDoesNotFitIsDroppedAndCountedAndNobodyWaits() {
        ConnectionProvider.Opener nobody = new ClickHouseConnectionProvider()
                .prepare(Settings.of(Map.of("host", "127.0.0.1", "http_port", TestPrograms.freePort())));
        AnalyticsLogger.Terms few = new AnalyticsLogger.Terms(
                5, Duration.ofMillis(10), 10, 1 << 20, Duration.ofMillis(50), Duration.ofMillis(200));
        long start = System.nanoTime();
        AnalyticsLogger logger = new AnalyticsLogger(nobody, endpoint -> false, few);
        Events.numbered(25).forEach(event -> logger.accepted(event, "test"));

        assertThat(logger.dropped()).isEqualTo(15);
        assertThat(logger.waiting()).isEqualTo(10);
        logger.close();
        logger.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (logger.dropped() < 25 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // the worker may end after close() has left it
        }
        assertThat(logger.dropped()).isEqualTo(25);
    }

    @Test
    void bytesAreBoundedToo() {
        ConnectionProvider.Opener nobody = new ClickHouseConnectionProvider()
                .prepare(Settings.of(Map.of("host", "127.0.0.1", "http_port", TestPrograms.freePort())));
        AnalyticsLogger.Terms small = new AnalyticsLogger.Terms(
                5, Duration.ofSeconds(1), 1000, 100_000, Duration.ofMillis(50), Duration.ofMillis(100));
        try (AnalyticsLogger logger = new AnalyticsLogger(nobody, endpoint -> false, small)) {
            logger.accepted(Events.event(new byte[60_000]), "test");
            logger.accepted(Events.event(new byte[60_000]), "test");

            assertThat(logger.waiting()).isOne();
            assertThat(logger.dropped()).isOne();
        }
    }

    @Test
    void whatWaitedDuringAnOutageIsLoggedOnce() {
        try (TestServer own = TestServer.startOwn();
                AnalyticsLogger logger = new AnalyticsLogger(opener(own), endpoint -> false)) {
            logger.accepted(Events.event("{}"), "test");
            awaitRows(own, logs, 1);
            own.process().kill();
            Events.numbered(3_000).forEach(event -> logger.accepted(event, "test"));
            own.process().restart();

            awaitRows(own, logs, 3_001);
            assertThat(own.text("SELECT count(), uniqExact(id) FROM " + logs)).isEqualTo("3001\t3001");
            assertThat(logger.dropped()).isZero();
        }
    }

    private ConnectionProvider.Opener opener(TestServer of) {
        Map<String, Object> settings = new LinkedHashMap<>(of.connectionSettings());
        settings.put("database", database);
        settings.put("analytics", true);
        settings.put("timeout", "1m");
        return new ClickHouseConnectionProvider().prepare(Settings.of(settings));
    }

    private static OutputModule output(SharedConnection connection, Map<String, ?> settings) {
        return new ClickHouseOutputProvider().create(Settings.of(settings), connection);
    }

    private static void awaitRows(TestServer server, String table, long count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (rows(server, table) < count && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        assertThat(rows(server, table)).isEqualTo(count);
    }

    private static long rows(TestServer server, String table) {
        String name = table.substring(table.indexOf('.') + 1);
        String database = table.substring(0, table.indexOf('.'));
        boolean there = server.number("SELECT count() FROM system.tables WHERE database = '" + database
                        + "' AND name = '" + name + "'")
                > 0;
        return there ? server.number("SELECT count() FROM " + table) : 0;
    }
}
