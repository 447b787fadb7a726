package org.corewebhook.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3StoreTest {

    @ParameterizedTest
    @CsvSource({
        "503 SlowDown, true",
        "500 InternalError, true",
        "403 AccessDenied, true",
        "403 InvalidAccessKeyId, true",
        "404 NoSuchBucket, true",
        "409 ConditionalRequestConflict, true",
        "400 RequestTimeout, true",
        "400 ExpiredToken, true",
        "400 AuthorizationHeaderMalformed, true",
        "400 KMS.DisabledException, true",
        "301 PermanentRedirect, true",
        "400 EntityTooLarge, false",
        "400 InvalidArgument, false",
        "405 MethodNotAllowed, false",
        "413 EntityTooLarge, false"
    })
    void tellsWhatMayPassAndSendsEachRequestOnce(String answer, boolean retryable) throws Exception {
        try (StoreStub store = new StoreStub(exchange -> answer);
                SharedConnection connection = store.connection("1m")) {
            DeliveryException failure = failure(output(connection));

            assertThat(failure.isRetryable()).isEqualTo(retryable);
            assertThat(failure).hasMessageStartingWith("s3://bucket answered " + answer);
            assertThat(store.requests()).hasSize(1);
        }
    }

    @Test
    void goesOnWithoutTheConditionWhereTheStoreDoesNotKnowIt() throws Exception {
        try (StoreStub store = new StoreStub(exchange ->
                        exchange.getRequestHeaders().containsKey("If-None-Match") ? "501 NotImplemented" : "200 ");
                SharedConnection connection = store.connection("1m")) {
            OutputModule output = output(connection);

            output.deliver(Events.event("{}"));
            assertThat(store.requests()).hasSize(2);

            output.deliver(Events.event("{}"));
            assertThat(store.requests()).hasSize(3);
        }
    }

    @Test
    void keepsTheConditionWhereSomethingElseIsNotImplemented() throws Exception {
        try (StoreStub store = new StoreStub(exchange -> "501 NotImplemented");
                SharedConnection connection = store.connection("1m")) {
            OutputModule output = output(connection);

            assertThat(failure(output).isRetryable()).isTrue();
            assertThat(failure(output).isRetryable()).isTrue();
            assertThat(store.requests()).hasSize(4);
        }
    }

    @Test
    void aNameThatIsTakenIsTheSameEvent() throws Exception {
        try (StoreStub store = new StoreStub(exchange -> "412 PreconditionFailed");
                SharedConnection connection = store.connection("1m")) {
            output(connection).deliver(Events.event("{}"));

            assertThat(store.requests()).hasSize(1);
            assertThat(store.requests().get(0).getRequestHeaders().get("If-None-Match"))
                    .containsExactly("*");
        }
    }

    @Test
    void givesUpInTimeOnAStoreThatAcceptsAndThenSaysNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                SharedConnection connection = S3Server.connection(StoreStub.settings(silent.getLocalPort(), "500ms"))) {
            OutputModule output = output(connection);
            assertThat(output.timeout()).isEqualTo(Duration.ofMinutes(5));

            long start = System.nanoTime();
            DeliveryException failure = failure(output);

            assertThat(failure).hasMessage("s3://bucket has not answered within 500 ms");
            assertThat(failure.isRetryable()).isTrue();
            assertThat(output.timeout()).isEqualTo(Duration.ofMillis(500));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void closingTheConnectionEndsTheCallsThatAreRunning() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                SharedConnection connection = S3Server.connection(StoreStub.settings(silent.getLocalPort(), "60s"))) {
            OutputModule output = output(connection);
            CompletableFuture<DeliveryException> call = CompletableFuture.supplyAsync(() -> failure(output));
            try (Socket accepted = silent.accept()) {
                assertThat(accepted.getInputStream().read()).isPositive();

                connection.close();

                DeliveryException failure = call.get(30, TimeUnit.SECONDS);
                assertThat(failure).hasMessage("The connection to s3://bucket was closed");
                assertThat(failure.isRetryable()).isTrue();
            }
        }
    }

    @Test
    void anOutputThatIsClosedDeliversNothing() {
        try (SharedConnection connection = S3Server.connection(StoreStub.settings(1, "1s"))) {
            OutputModule output = output(connection);
            output.close();

            assertThat(failure(output)).hasMessage("The output to s3://bucket is closed");
            assertThat(connection.isOpen()).isFalse();
        }
    }

    @Test
    void neverConnectsToAMetadataServiceBehindAName() {
        assertThat(catchThrowableOfType(
                        java.net.UnknownHostException.class, () -> new GuardedResolver().resolve("169.254.169.254")))
                .hasMessageContaining("metadata");
    }

    private static OutputModule output(SharedConnection connection) {
        return new S3OutputProvider().create(Settings.of(Map.of("bucket", "bucket")), connection);
    }

    private static DeliveryException failure(OutputModule output) {
        return catchThrowableOfType(DeliveryException.class, () -> output.deliver(Events.event("{}")));
    }
}
