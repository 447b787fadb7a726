package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.clickhouse.ClickHouseContractTest.shared;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClickHouseOutputTest {

    private final TestServer server = TestServer.shared();
    private final String table = TestServer.newName("output");
    private final SharedConnection connection = shared(patient());

    @AfterEach
    void close() {
        connection.close();
        server.text("DROP TABLE IF EXISTS " + table);
    }

    @Test
    void aMissingTableIsCreatedWithTheColumnsKeyAndPartitionsOfTheReference() throws Exception {
        output(Map.of("table", table)).deliver(Events.event("{}"));

        assertThat(server.text("SELECT name, type, default_expression FROM system.columns WHERE table = '" + table
                        + "' ORDER BY position"))
                .isEqualTo("id\tString\t\nwebhook_id\tString\t\ntimestamp\tDateTime\t\npayload\tString\t\n"
                        + "headers\tString\t\ncreated_at\tDateTime\tnow()");
        assertThat(server.text(
                        "SELECT engine, sorting_key, partition_key FROM system.tables WHERE name = '" + table + "'"))
                .isEqualTo("MergeTree\twebhook_id, timestamp\ttoYYYYMM(timestamp)");
    }

    @Test
    void aMissingDatabaseIsCreated() throws Exception {
        String database = TestServer.newName("database");

        output(Map.of("table", database + "." + table)).deliver(Events.event("{}"));

        assertThat(server.number("SELECT count() FROM " + database + "." + table))
                .isOne();
        server.text("DROP DATABASE " + database);
    }

    @Test
    void aRowHoldsIdEndpointTimeBodyAndHeadersOfTheEvent() throws Exception {
        Headers headers =
                Headers.of("Content-Type", "application/json", "X-Event", "\"pu\u00e9sh\"", "x-event", "again");
        WebhookEvent event = Events.event("orders", headers, "{ \"a\" : 1 }".getBytes(UTF_8));

        output(Map.of("table", table)).deliver(event);

        assertThat(server.text("SELECT id, webhook_id, toUnixTimestamp(timestamp), payload, headers FROM " + table
                        + " FORMAT TabSeparatedRaw"))
                .isEqualTo(String.join(
                        "\t",
                        event.id(),
                        "orders",
                        String.valueOf(event.receivedAt().getEpochSecond()),
                        "{ \"a\" : 1 }",
                        "{\"content-type\":\"application/json\",\"x-event\":\"\\\"pu\u00e9sh\\\", again\"}"));
    }

    @Test
    void headersAreLeftOutWhenTheyAreNotWanted() throws Exception {
        output(Map.of("table", table, "include_headers", false)).deliver(Events.event("{}"));

        assertThat(server.text("SELECT headers FROM " + table)).isEqualTo("{}");
    }

    @Test
    void aBatchIsOneBlock() {
        assertAllDelivered(output(Map.of("table", table)).deliverAll(Events.numbered(10_000)));

        assertThat(server.number("SELECT count() FROM " + table)).isEqualTo(10_000);
        assertThat(server.number("SELECT count() FROM system.parts WHERE table = '" + table + "'"))
                .isOne();
    }

    @Test
    void theSameBlockIsStoredOnceHoweverOftenItIsRepeatedAndInWhateverOrder() {
        OutputModule output = output(Map.of("table", table));
        List<WebhookEvent> events = new ArrayList<>(Events.numbered(100));

        assertAllDelivered(output.deliverAll(events));
        assertAllDelivered(output.deliverAll(events));
        Collections.reverse(events);
        assertAllDelivered(output.deliverAll(events));

        assertThat(server.number("SELECT count() FROM " + table)).isEqualTo(100);
    }

    @Test
    void withoutCompressionTheSameArrives() throws Exception {
        Map<String, Object> settings = patient();
        settings.put("compression", false);
        String body = "\"" + "\n\n;'x".repeat(10_000) + "\"";
        try (SharedConnection plain = shared(settings)) {
            output(Map.of("table", table), plain).deliver(Events.event(body));
        }

        assertThat(server.bytes("SELECT payload FROM " + table + " FORMAT RawBLOB"))
                .isEqualTo(body.getBytes(UTF_8));
    }

    @Test
    void anEventThatTheTableRefusesDoesNotTakeTheOthersOfItsBatchAlong() {
        server.text("CREATE TABLE " + table + " (id String, webhook_id String, timestamp DateTime, payload String,"
                + " headers String, CONSTRAINT c CHECK payload NOT LIKE '%poison%') ENGINE = MergeTree ORDER BY id");
        List<WebhookEvent> events = new ArrayList<>(Events.numbered(20));
        events.add(7, Events.event("\"poison\""));

        List<DeliveryOutcome> outcomes = output(Map.of("table", table)).deliverAll(events);

        assertThat(outcomes.get(7).failure())
                .isNotNull()
                .satisfies(failure -> assertThat(failure.isRetryable()).isFalse());
        assertThat(server.number("SELECT count() FROM " + table)).isEqualTo(20);
    }

    @Test
    void aTableWithOtherTypesIsAFailureThatMayBeRepairedAndSaysWhichColumnsItNeeds() {
        server.text("CREATE TABLE " + table + " (id UInt64, webhook_id String, timestamp DateTime64(3), payload String,"
                + " headers String) ENGINE = MergeTree ORDER BY id");

        DeliveryException failure = failure(output(Map.of("table", table)));

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessageContaining("The table must have the columns id String");
        assertThat(server.number("SELECT count() FROM " + table)).isZero();
    }

    @Test
    void aTableWithoutOurColumnsIsAFailureThatMayBeRepaired() {
        server.text("CREATE TABLE " + table + " (id String) ENGINE = MergeTree ORDER BY id");

        DeliveryException failure = failure(output(Map.of("table", table)));

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure)
                .hasMessageContaining("NO_SUCH_COLUMN_IN_TABLE")
                .hasMessageContaining("must have the columns");
    }

    @Test
    void aTableThatIsDroppedIsCreatedAgain() throws Exception {
        OutputModule output = output(Map.of("table", table));
        output.deliver(Events.event("1"));
        server.text("DROP TABLE " + table + " SYNC");

        assertThat(failure(output).isRetryable()).isTrue();
        output.deliver(Events.event("2"));

        assertThat(server.text("SELECT payload FROM " + table)).isEqualTo("2");
    }

    /** A busy machine is none of what is tested. */
    private Map<String, Object> patient() {
        Map<String, Object> settings = new LinkedHashMap<>(server.connectionSettings());
        settings.put("timeout", "1m");
        return settings;
    }

    private OutputModule output(Map<String, ?> settings) {
        return output(settings, connection);
    }

    private static OutputModule output(Map<String, ?> settings, SharedConnection connection) {
        return new ClickHouseOutputProvider().create(Settings.of(settings), connection);
    }

    private static DeliveryException failure(OutputModule output) {
        DeliveryException failure =
                output.deliverAll(List.of(Events.event("{}"))).get(0).failure();
        assertThat(failure).isNotNull();
        return failure;
    }

    private static void assertAllDelivered(List<DeliveryOutcome> outcomes) {
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
    }
}
