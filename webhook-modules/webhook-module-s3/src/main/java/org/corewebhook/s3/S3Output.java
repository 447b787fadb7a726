package org.corewebhook.s3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.corewebhook.WebhookEvent;
import org.corewebhook.s3.S3OutputOptions.Batch;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Stores each event, or each batch of events, as one object; the store's answer is the confirmation. Thread-safe. */
final class S3Output implements OutputModule {

    private static final int CONCURRENT_PUTS = 16;
    private static final String JSON_TYPE = "application/json";
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\x21-\\x7e][\\x20-\\x7e]{0,254}");
    private static final Pattern ENCODING = Pattern.compile("[A-Za-z0-9-]{1,32}(?:, ?[A-Za-z0-9-]{1,32}){0,3}");

    private final S3OutputOptions options;
    private final SharedConnection connection;
    private final EventLines lines;
    private volatile @Nullable S3Store store;
    private volatile boolean closed;

    S3Output(S3OutputOptions options, SharedConnection connection) {
        this.options = options;
        this.connection = connection;
        this.lines = new EventLines(options.includeHeaders());
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        S3Store open = store();
        Deadline deadline = Deadline.in(open.timeout());
        if (options.batch() == null) {
            putEvent(open, event, deadline);
        } else {
            putBatch(open, List.of(event), deadline);
        }
    }

    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        Batch batch = options.batch();
        if (batch == null) {
            return OutputModule.super.deliverAll(events);
        }
        try {
            S3Store open = store();
            return putBatches(open, events, batch, Deadline.in(open.timeout()));
        } catch (DeliveryException e) {
            return Collections.nCopies(events.size(), DeliveryOutcome.failed(e));
        }
    }

    private void putEvent(S3Store open, WebhookEvent event, Deadline deadline) throws DeliveryException {
        String key = options.keys().of(event);
        PutObjectRequest.Builder request = request(key, EventHeaders.metadata(event, options.includeHeaders()))
                .contentType(contentType(event));
        String encoding = event.headers().first("Content-Encoding");
        if (encoding != null && ENCODING.matcher(encoding).matches()) {
            request.contentEncoding(encoding);
        }
        boolean nameWasTaken = !open.put(request.build(), event.body(), deadline);
        if (nameWasTaken && !options.keys().nameEventsApart()) {
            requireThatItIsThere(open, event, key, deadline);
        }
    }

    /** A name with the event's id is only taken by this event; any other name may belong to another one. */
    private void requireThatItIsThere(S3Store open, WebhookEvent event, String key, Deadline deadline)
            throws DeliveryException {
        Map<String, String> metadata = open.metadataOf(options.bucket(), key, deadline);
        if (!event.id().equals(metadata.get(EventHeaders.EVENT_ID))) {
            String message = "Another event has the name " + key + " in " + options
                    + ": put {uuid} into filename_pattern, or set if_none_match to false to replace it";
            throw DeliveryException.permanent(message, null);
        }
    }

    private List<DeliveryOutcome> putBatches(S3Store open, List<WebhookEvent> events, Batch batch, Deadline deadline) {
        List<DeliveryOutcome> outcomes = new ArrayList<>(events.size());
        while (outcomes.size() < events.size()) {
            int from = outcomes.size();
            List<WebhookEvent> next = events.subList(from, endOfBatch(events, from, batch));
            outcomes.addAll(Collections.nCopies(next.size(), outcomeOf(open, next, deadline)));
        }
        return outcomes;
    }

    private static int endOfBatch(List<WebhookEvent> events, int from, Batch batch) {
        int end = from + 1;
        long bytes = events.get(from).body().length;
        while (end < events.size() && end - from < batch.maxEvents()) {
            bytes += events.get(end).body().length;
            if (bytes > batch.maxBytes()) {
                return end;
            }
            end++;
        }
        return end;
    }

    private DeliveryOutcome outcomeOf(S3Store open, List<WebhookEvent> batch, Deadline deadline) {
        try {
            putBatch(open, batch, deadline);
            return DeliveryOutcome.delivered();
        } catch (DeliveryException e) {
            return DeliveryOutcome.failed(e);
        }
    }

    private void putBatch(S3Store open, List<WebhookEvent> batch, Deadline deadline) throws DeliveryException {
        Map<String, String> metadata =
                Map.of(EventHeaders.EVENT_ID, batch.get(0).id(), "webhook_event_count", String.valueOf(batch.size()));
        PutObjectRequest request = request(options.keys().of(batch), metadata)
                .contentType("application/gzip")
                .build();
        open.put(request, lines.gzip(batch), deadline);
    }

    private PutObjectRequest.Builder request(String key, Map<String, String> metadata) {
        return PutObjectRequest.builder()
                .bucket(options.bucket())
                .key(key)
                .metadata(metadata)
                .ifNoneMatch(options.ifNoneMatch() ? "*" : null)
                .serverSideEncryption(options.serverSideEncryption())
                .ssekmsKeyId(options.kmsKeyId())
                .storageClass(options.storageClass());
    }

    /** A type that cannot be sent as a header says nothing about the bytes. */
    private String contentType(WebhookEvent event) {
        if (options.contentType() != null) {
            return options.contentType();
        }
        String given = event.contentType();
        if (given == null || given.isBlank()) {
            return JSON_TYPE;
        }
        return MEDIA_TYPE.matcher(given).matches() ? given : "application/octet-stream";
    }

    private S3Store store() throws DeliveryException {
        if (closed) {
            throw DeliveryException.retryable("The output to " + options + " is closed", null);
        }
        S3Store open = connection.client(S3Store.class);
        store = open;
        return open;
    }

    @Override
    public int maxBatch() {
        return options.batch() == null ? 1 : options.batch().maxEvents();
    }

    /** Batches form while one is under way, so one at a time makes them large. */
    @Override
    public int concurrency() {
        return options.batch() == null ? CONCURRENT_PUTS : 1;
    }

    /** The connection's; as long as it was never opened nobody knows, so it is the longest that can be set. */
    @Override
    public Duration timeout() {
        S3Store open = store;
        return open == null ? S3ConnectionOptions.MAX_TIMEOUT : open.timeout();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "s3 to " + options;
    }
}
