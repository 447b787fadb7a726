package org.corewebhook.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.clickhouse.ClickHouseContractTest.shared;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stands before the server, hands everything on, and keeps answers to itself when told so. */
class LostAnswersTest {

    private final TestServer server = TestServer.shared();
    private final String table = TestServer.newName("lost");
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicBoolean losesAnswers = new AtomicBoolean();
    private HttpServer front;
    private SharedConnection connection;
    private OutputModule output;

    @BeforeEach
    void startTheFront() throws IOException {
        front = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
        front.createContext("/", this::handOn);
        front.start();
        connection = shared(Map.of(
                "host", "127.0.0.1", "http_port", front.getAddress().getPort(), "compression", false, "timeout", "1m"));
        output = new ClickHouseOutputProvider().create(Settings.of(Map.of("table", table)), connection);
    }

    @AfterEach
    void stopTheFront() {
        connection.close();
        front.stop(0);
        server.text("DROP TABLE IF EXISTS " + table);
    }

    @Test
    void eventsWhoseAnswerWasLostAreStoredOnceThoughTheyComeBackInOtherBatches() {
        List<WebhookEvent> events = Events.numbered(50);
        losesAnswers.set(true);
        assertThat(failures(output.deliverAll(events))).isEqualTo(50);
        assertThat(failures(output.deliverAll(events.subList(40, 50)))).isEqualTo(10);
        losesAnswers.set(false);

        List<WebhookEvent> mixed = new ArrayList<>(Events.numbered(5));
        mixed.addAll(2, events.subList(10, 20));
        assertThat(failures(output.deliverAll(mixed))).isZero();
        assertThat(failures(output.deliverAll(events.subList(0, 10)))).isZero();
        assertThat(failures(output.deliverAll(events.subList(20, 50)))).isZero();

        assertThat(server.text("SELECT count(), uniqExact(id) FROM " + table)).isEqualTo("55\t55");
    }

    @Test
    void anUnconfirmedBlockThatIsRefusedIsTakenApart() {
        server.text("CREATE TABLE " + table + " (id String, webhook_id String, timestamp DateTime, payload String,"
                + " headers String, CONSTRAINT c CHECK payload NOT LIKE '%poison%') ENGINE = MergeTree ORDER BY id");
        List<WebhookEvent> events = new ArrayList<>(Events.numbered(3));
        events.add(Events.event("\"poison\""));
        losesAnswers.set(true);
        assertThat(failures(output.deliverAll(events))).isEqualTo(4);
        losesAnswers.set(false);

        List<DeliveryOutcome> outcomes = output.deliverAll(events);

        assertThat(failures(outcomes)).isOne();
        assertThat(outcomes.get(3).failure().isRetryable()).isFalse();
        assertThat(server.number("SELECT count() FROM " + table)).isEqualTo(3);
    }

    private static long failures(List<DeliveryOutcome> outcomes) {
        return outcomes.stream().filter(outcome -> outcome.failure() != null).count();
    }

    private void handOn(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            HttpRequest request = HttpRequest.newBuilder(URI.create(
                            "http://127.0.0.1:" + server.connectionSettings().get("http_port") + path))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            exchange.getRequestBody().readAllBytes()))
                    .build();
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (losesAnswers.get() && path.contains("INSERT")) {
                return;
            }
            response.headers()
                    .firstValue("X-ClickHouse-Exception-Code")
                    .ifPresent(code -> exchange.getResponseHeaders().set("X-ClickHouse-Exception-Code", code));
            byte[] body = response.body();
            exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
