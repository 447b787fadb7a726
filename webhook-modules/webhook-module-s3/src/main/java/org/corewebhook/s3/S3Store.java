package org.corewebhook.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.corewebhook.s3.S3ConnectionOptions.Credentials;
import org.corewebhook.spi.DeliveryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * One store and the account in it, behind a client that sends each request once and ends it in time. Thread-safe.
 *
 * <p>Repeating is core's: a client that repeats by itself would hide from it how the store is doing.
 */
final class S3Store implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(S3Store.class);

    private static final int MAX_CONNECTIONS = 64;
    private static final Duration MAX_CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Less than the stores' own, which would close a connection just when it is used again. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(5);

    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_IMPLEMENTED = 501;

    private final S3ConnectionOptions options;
    private final S3Client client;
    private volatile boolean ignoresConditions;
    private volatile boolean closed;

    S3Store(S3ConnectionOptions options) {
        this.options = options;
        this.client = build(options);
    }

    private static S3Client build(S3ConnectionOptions options) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(options.region()))
                .forcePathStyle(options.pathStyle())
                .overrideConfiguration(override ->
                        override.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(options.timeout()))
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(MAX_CONNECTIONS)
                        .connectionTimeout(shorter(MAX_CONNECT_TIMEOUT, options.timeout()))
                        .connectionAcquisitionTimeout(options.timeout())
                        // The client's own timer is to end the call: its message says more than the socket's.
                        .socketTimeout(options.timeout().plusSeconds(1))
                        .connectionMaxIdleTime(MAX_IDLE)
                        // A round trip more for each event; the SDK still asks first before a large one.
                        .expectContinueEnabled(false)
                        .dnsResolver(new GuardedResolver()));
        Credentials credentials = options.credentials();
        if (credentials != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(revealed(credentials)));
        }
        URI endpoint = options.endpoint();
        if (endpoint != null) {
            // Not every store knows the checksums and the chunked signatures of AWS; all know a signed or plain body.
            builder.endpointOverride(endpoint)
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    .serviceConfiguration(service -> service.chunkedEncodingEnabled(false));
        }
        return builder.build();
    }

    private static AwsCredentials revealed(Credentials credentials) {
        String id = credentials.accessKeyId().reveal();
        String secret = credentials.secretAccessKey().reveal();
        return credentials.sessionToken() == null
                ? AwsBasicCredentials.create(id, secret)
                : AwsSessionCredentials.create(
                        id, secret, credentials.sessionToken().reveal());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Returns the longest time that a delivery takes. */
    Duration timeout() {
        return options.timeout();
    }

    /**
     * Stores an object and returns true, or returns false if the request wants a free name ({@code If-None-Match: *})
     * and it is taken.
     */
    boolean put(PutObjectRequest request, byte[] body, Deadline deadline) throws DeliveryException {
        if (request.ifNoneMatch() == null || ignoresConditions) {
            return putWhatever(request, body, deadline);
        }
        try {
            send(request, body, deadline);
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED) {
                return false;
            }
            if (e.statusCode() == NOT_IMPLEMENTED) {
                return putWithoutCondition(request, body, deadline);
            }
            throw failure(request.bucket(), e);
        } catch (RuntimeException e) {
            throw failure(request.bucket(), e);
        }
    }

    /** The header may be what the store does not know; if it takes the request without it, it was. */
    private boolean putWithoutCondition(PutObjectRequest request, byte[] body, Deadline deadline)
            throws DeliveryException {
        putWhatever(request, body, deadline);
        if (!ignoresConditions) {
            ignoresConditions = true;
            log.warn("{} does not know If-None-Match: events that come again are written again", options);
        }
        return true;
    }

    private boolean putWhatever(PutObjectRequest request, byte[] body, Deadline deadline) throws DeliveryException {
        PutObjectRequest unconditional = request.toBuilder().ifNoneMatch(null).build();
        call(request.bucket(), () -> send(unconditional, body, deadline));
        return true;
    }

    /** Returns the user metadata of an object. */
    Map<String, String> metadataOf(String bucket, String key, Deadline deadline) throws DeliveryException {
        HeadObjectRequest request = HeadObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .overrideConfiguration(override -> override.apiCallTimeout(left(deadline)))
                .build();
        return call(bucket, () -> client.headObject(request).metadata());
    }

    private Object send(PutObjectRequest request, byte[] body, Deadline deadline) {
        // The array is passed on as it is; its type stands in the request.
        RequestBody content = RequestBody.fromContentProvider(
                ContentStreamProvider.fromByteArrayUnsafe(body), body.length, request.contentType());
        PutObjectRequest timed = request.toBuilder()
                .overrideConfiguration(override -> override.apiCallTimeout(left(deadline)))
                .build();
        return client.putObject(timed, content);
    }

    /** The client wants more than nothing. */
    private static Duration left(Deadline deadline) {
        Duration left = deadline.left();
        return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    }

    private <T> T call(String bucket, Supplier<T> request) throws DeliveryException {
        try {
            return request.get();
        } catch (RuntimeException e) {
            throw failure(bucket, e);
        }
    }

    private DeliveryException failure(String bucket, RuntimeException cause) {
        if (closed) {
            return DeliveryException.retryable("The connection to s3://" + bucket + " was closed", cause);
        }
        return S3Failures.of(bucket, cause, options.timeout());
    }

    @Override
    public void close() {
        closed = true;
        client.close();
    }

    @Override
    public String toString() {
        return options.toString();
    }
}
