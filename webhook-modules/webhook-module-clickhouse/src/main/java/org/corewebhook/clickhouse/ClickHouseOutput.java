package org.corewebhook.clickhouse;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;

/** Inserts each batch of events as one block; the end of the insert is the confirmation. Thread-safe. */
final class ClickHouseOutput implements OutputModule {

    private static final int MAX_BATCH = 10_000;

    private final SharedConnection connection;
    private final TableName table;
    private final boolean includeHeaders;
    private volatile boolean closed;

    ClickHouseOutput(SharedConnection connection, TableName table, boolean includeHeaders) {
        this.connection = connection;
        this.table = table;
        this.includeHeaders = includeHeaders;
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        DeliveryException failure = deliverAll(List.of(event)).get(0).failure();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        try {
            if (closed) {
                throw DeliveryException.retryable("The output " + this + " is closed", null);
            }
            ClickHouseClient client = connection.client(ClickHouseClient.class);
            return insert(client, events, client.deadline());
        } catch (DeliveryException e) {
            return all(events, DeliveryOutcome.failed(e));
        }
    }

    /** A block that is refused because of a row is halved until that row stands alone: the others must not suffer. */
    private List<DeliveryOutcome> insert(ClickHouseClient client, List<WebhookEvent> events, Deadline deadline) {
        try {
            client.insert(table, LogBlock.of(events.stream().map(this::row).toList()), deadline);
            return all(events, DeliveryOutcome.delivered());
        } catch (DeliveryException e) {
            return all(events, DeliveryOutcome.failed(e));
        } catch (RefusedException e) {
            if (events.size() == 1 || !e.error().isOfARow()) {
                return all(events, DeliveryOutcome.failed(e.failure()));
            }
            int half = events.size() / 2;
            return Stream.concat(
                            insert(client, events.subList(0, half), deadline).stream(),
                            insert(client, events.subList(half, events.size()), deadline).stream())
                    .toList();
        }
    }

    private LogBlock.Row row(WebhookEvent event) {
        String headers = includeHeaders ? LogBlock.json(event.headers()) : "{}";
        return new LogBlock.Row(
                event.id(), event.endpoint(), event.receivedAt().getEpochSecond(), event.body(), headers);
    }

    /** Tells whether the events are in that table of that connection's own database. */
    boolean writesTo(String connectionName, String tableName) {
        return connection.name().equals(connectionName) && table.equals(new TableName(null, tableName));
    }

    private static List<DeliveryOutcome> all(List<WebhookEvent> events, DeliveryOutcome outcome) {
        return Collections.nCopies(events.size(), outcome);
    }

    @Override
    public int maxBatch() {
        return MAX_BATCH;
    }

    /** That of the connection; asking for it opens nothing but an object in memory. */
    @Override
    public Duration timeout() {
        try {
            return connection.client(ClickHouseClient.class).options().timeout();
        } catch (DeliveryException e) {
            return OutputModule.super.timeout(); // closed: there are no more calls to bound
        }
    }

    /** The connection, which is not ours to close, ends running calls. */
    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "clickhouse to " + table + " through " + connection.name();
    }
}
