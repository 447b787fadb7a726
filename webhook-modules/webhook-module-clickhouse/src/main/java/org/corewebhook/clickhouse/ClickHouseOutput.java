package org.corewebhook.clickhouse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Inserts each batch of events as one block; the end of the insert is the confirmation. Thread-safe. */
final class ClickHouseOutput implements OutputModule {

    private static final int MAX_BATCH = 10_000;

    private final SharedConnection connection;
    private final TableName table;
    private final boolean includeHeaders;
    private final UnconfirmedBlocks unconfirmed = new UnconfirmedBlocks();
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
            return deliver(client, events, client.deadline());
        } catch (DeliveryException e) {
            return all(events, DeliveryOutcome.failed(e));
        }
    }

    /** First what may be stored already, then the others as one block. */
    private List<DeliveryOutcome> deliver(ClickHouseClient client, List<WebhookEvent> events, Deadline deadline) {
        Map<WebhookEvent, DeliveryOutcome> outcomes = new HashMap<>();
        List<WebhookEvent> others = new ArrayList<>(events.size());
        for (WebhookEvent event : events) {
            UnconfirmedBlocks.Block block = unconfirmed.of(event);
            DeliveryOutcome outcome = block == null ? null : repeat(client, block, event, deadline);
            if (outcome == null) {
                others.add(event);
            } else {
                outcomes.put(event, outcome);
            }
        }
        if (outcomes.isEmpty()) {
            return insert(client, events, deadline);
        }
        List<DeliveryOutcome> ofOthers = others.isEmpty() ? List.of() : insert(client, others, deadline);
        for (int i = 0; i < others.size(); i++) {
            outcomes.put(others.get(i), ofOthers.get(i));
        }
        return events.stream().map(outcomes::get).map(Objects::requireNonNull).toList();
    }

    /** Returns null if the block was refused, so that the event goes with the others. */
    private @Nullable DeliveryOutcome repeat(
            ClickHouseClient client, UnconfirmedBlocks.Block block, WebhookEvent event, Deadline deadline) {
        List<WebhookEvent> events = unconfirmed.toRepeat(block);
        try {
            if (!events.isEmpty()) {
                client.insert(table, block(events), deadline);
                unconfirmed.stored(block);
            }
            unconfirmed.answered(block, event);
            return DeliveryOutcome.delivered();
        } catch (DeliveryException e) {
            return DeliveryOutcome.failed(e);
        } catch (RefusedException e) {
            unconfirmed.forget(block);
            return null;
        }
    }

    /** A block that is refused because of a row is halved until that row stands alone: the others must not suffer. */
    private List<DeliveryOutcome> insert(ClickHouseClient client, List<WebhookEvent> events, Deadline deadline) {
        try {
            client.insert(table, block(events), deadline);
            return all(events, DeliveryOutcome.delivered());
        } catch (DeliveryException e) {
            if (!NotSent.isReasonOf(e)) {
                unconfirmed.add(events);
            }
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

    private LogBlock block(List<WebhookEvent> events) {
        return LogBlock.of(events.stream().map(this::row).toList());
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
