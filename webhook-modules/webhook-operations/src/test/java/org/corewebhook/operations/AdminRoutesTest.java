package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's routes over a real receiver with a real store: {@code orders} goes to {@code a} and {@code b}. */
class AdminRoutesTest {

    private static final String TOKEN = "operator";

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final Destination a = new Destination();
    private final Destination b = new Destination();
    private WebhookProcessor processor;
    private Operations operations;

    @BeforeEach
    void start() {
        processor = WebhookProcessor.builder()
                .clock(clock)
                .store("sqlite:" + folder.resolve("events.db"))
                .endpoint("orders", e -> e.output("a", a).output("b", b))
                .endpoint("kept", e -> e.set("retain", "1h").output("a", a))
                .build();
        operations = operations(Map.of("ADMIN_TOKEN", TOKEN));
    }

    @AfterEach
    void stop() {
        processor.close();
    }

    @Test
    void doesNotExistWithoutATokenOrWithoutAStore() {
        Operations withoutToken = operations(Map.of());
        Operations withoutStore = Operations.builder(processor, processor::health, new Statistics(clock))
                .settings(OperationsSettings.fromEnvironment(Map.of("ADMIN_TOKEN", TOKEN)::get))
                .build();

        assertThat(withoutToken.owns("/admin/events")).isFalse();
        assertThat(withoutStore.owns("/admin/events")).isFalse();
        assertThat(operations.owns("/admin/events")).isTrue();
        assertThat(operations.owns("/admin/events/")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/events", "/admin/events/x", "/admin/events/replay", "/admin/lanes/pause"})
    void letsOnlyTheAdministratorIn(String path) {
        WebhookRequest.Builder request = WebhookRequest.post(path);

        assertThat(operations.handle(request.build()).status()).isEqualTo(401);
        assertThat(operations
                        .handle(request.header("Authorization", "Bearer wrong").build())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void listsDeliveriesByEndpointLaneStateTimeAndId() throws Exception {
        a.fails = true;
        post("orders", "{\"n\":1}");
        awaitUntil(() -> list("?state=dead").size() == 1);
        clock.advance(Duration.ofMinutes(10));
        post("orders", "{\"n\":2}");
        awaitUntil(() -> list("?state=dead").size() == 2);
        awaitUntil(() -> list("").size() == 2);

        JsonNode newest = list("?state=dead").get(0);
        assertThat(newest.get("endpoint").asText()).isEqualTo("orders");
        assertThat(newest.get("lane").asText()).isEqualTo("orders/a");
        assertThat(newest.get("attempts").asInt()).isEqualTo(1);
        assertThat(newest.get("last_error").asText()).contains("refused");
        assertThat(newest.get("received_at").asText()).isEqualTo("2026-01-01T00:10:00Z");
        assertThat(list("?endpoint=orders")).hasSize(2);
        assertThat(list("?endpoint=kept")).isEmpty();
        assertThat(list("?lane=orders%2Fb")).isEmpty();
        assertThat(list("?from=2026-01-01T00:05:00Z")).hasSize(1);
        assertThat(list("?to=2026-01-01T00:05:00Z")).hasSize(1);
        assertThat(list("?id=" + newest.get("id").asText())).hasSize(1);
        assertThat(list("?state=waiting")).isEmpty();
    }

    @Test
    void pagesWithoutLosingDeliveriesOfOneEvent() throws Exception {
        a.fails = true;
        b.fails = true;
        for (int i = 0; i < 5; i++) {
            post("orders", "{\"n\":" + i + "}");
        }
        awaitUntil(() -> list("?state=dead").size() == 10);

        for (int limit : new int[] {1, 2, 3, 4, 7, 10, 11}) {
            List<String> seen = new ArrayList<>();
            String before = "";
            while (before != null) {
                JsonNode page = json(get("/admin/events?limit=" + limit + before));
                page.get("events")
                        .forEach(delivery -> seen.add(delivery.get("id").asText()
                                + delivery.get("lane").asText()));
                before = page.has("next_before") ? "&before=" + page.get("next_before") : null;
            }
            assertThat(seen).as("limit %d", limit).hasSize(10).doesNotHaveDuplicates();
        }
    }

    @Test
    void showsAnEventWithItsAttemptsAndItsBodyOnRequest() throws Exception {
        a.fails = true;
        post("orders", "{\"n\":1}");
        awaitUntil(() -> list("?state=dead").size() == 1);
        String id = list("").get(0).get("id").asText();

        JsonNode without = json(get("/admin/events/" + id));
        JsonNode with = json(get("/admin/events/" + id + "?body=true"));

        assertThat(without.get("attempts")).hasSize(1);
        assertThat(without.get("attempts").get(0).get("error").asText()).contains("refused");
        assertThat(without.has("body_base64")).isFalse();
        assertThat(without.has("headers")).isFalse();
        assertThat(new String(Base64.getDecoder().decode(with.get("body_base64").asText()), StandardCharsets.UTF_8))
                .isEqualTo("{\"n\":1}");
        assertThat(with.get("headers").get(0).get("name").asText()).isEqualTo("X-Test");
    }

    @Test
    void saysWhyAnEventIsNotThere() {
        WebhookResponse response = get("/admin/events/0190b0c4-0000-7000-8000-000000000000");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).contains("retain");
    }

    @Test
    void replaysDeadLettersByIdToAllOrOneDestination() throws Exception {
        a.fails = true;
        b.fails = true;
        post("orders", "{\"n\":1}");
        post("orders", "{\"n\":2}");
        awaitUntil(() -> list("?state=dead").size() == 4);
        String id = list("").get(0).get("id").asText();
        a.fails = false;
        b.fails = false;

        assertThat(post("/admin/events/replay?id=" + id + "&lane=orders/b").text())
                .isEqualTo("{\"replayed\":1}");
        awaitUntil(() -> b.delivered.size() == 1);
        assertThat(a.delivered).isEmpty();
        assertThat(post("/admin/events/replay?id=" + id).text()).isEqualTo("{\"replayed\":1}");
        awaitUntil(() -> a.delivered.size() == 1);
        assertThat(post("/admin/events/replay?endpoint=orders").text()).isEqualTo("{\"replayed\":2}");
        awaitUntil(() -> a.delivered.size() == 2 && b.delivered.size() == 2);
        awaitUntil(() -> list("").isEmpty());
    }

    @Test
    void replaysDeliveredEventsThatAreKeptWhenThatIsMeant() throws Exception {
        post("kept", "{\"n\":1}");
        awaitUntil(() -> list("?state=done").size() == 1);
        JsonNode done = list("").get(0);

        assertThat(done.get("kept_until").asText()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(post("/admin/events/replay?endpoint=kept").text()).isEqualTo("{\"replayed\":0}");
        assertThat(post("/admin/events/replay?endpoint=kept&state=done").text()).isEqualTo("{\"replayed\":1}");
        awaitUntil(() -> a.delivered.size() == 2);
        awaitUntil(() -> list("?state=done").size() == 1);
        assertThat(post("/admin/events/replay?id=" + done.get("id").asText()).text())
                .isEqualTo("{\"replayed\":1}");
        awaitUntil(() -> a.delivered.size() == 3);
    }

    @Test
    void forgetsDeliveredEventsWhenTheirTimeHasCome() throws Exception {
        post("kept", "{\"n\":1}");
        awaitUntil(() -> list("?state=done").size() == 1);
        clock.advance(Duration.ofMinutes(59));
        assertThat(list("?state=done")).hasSize(1);
        clock.advance(Duration.ofMinutes(1));
        awaitUntil(() -> list("").isEmpty());
    }

    @Test
    void purgesDeadLettersOnlyUnlessToldOtherwise() throws Exception {
        post("kept", "{\"n\":1}");
        awaitUntil(() -> list("?state=done").size() == 1);
        a.fails = true;
        post("kept", "{\"n\":2}");
        awaitUntil(() -> list("?state=dead").size() == 1);

        assertThat(delete("/admin/events?all=true").text()).isEqualTo("{\"purged\":1}");
        assertThat(list("")).hasSize(1);
        String id = list("").get(0).get("id").asText();
        assertThat(delete("/admin/events/" + id).text()).isEqualTo("{\"purged\":0}");
        assertThat(delete("/admin/events/" + id + "?state=done").text()).isEqualTo("{\"purged\":1}");
        assertThat(list("")).isEmpty();
    }

    @Test
    void pausesAndResumesALaneThatHasNotHadAnEventYet() throws Exception {
        assertThat(post("/admin/lanes/pause?lane=orders/a").text()).contains("\"paused\":true");
        post("orders", "{\"n\":1}");
        awaitUntil(() -> b.delivered.size() == 1);
        assertThat(list("?lane=orders/a&state=fresh")).hasSize(1);
        assertThat(a.delivered).isEmpty();

        assertThat(post("/admin/lanes/resume?lane=orders/a").text()).contains("\"paused\":false");

        awaitUntil(() -> a.delivered.size() == 1);
        WebhookResponse unknown = post("/admin/lanes/pause?lane=orders/c");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text()).contains("endpoint/destination");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /admin/events?state=lost, 'fresh, held, waiting, dead or done'",
        "GET, /admin/events?from=yesterday, 2026-01-31T12:00:00Z",
        "GET, /admin/events?limit=0, 'from 1 to 10000'",
        "GET, /admin/events?limit=many, 'from 1 to 10000'",
        "GET, /admin/events?before=-1, before must be a number",
        "GET, /admin/events?colour=red, Unknown parameter",
        "GET, /admin/events?id=1&id=2, stands twice",
        "GET, /admin/events?id=%zz, percent sign",
        "GET, /admin/events/1?body=maybe, true or false",
        "POST, /admin/events/replay, Say which",
        "POST, /admin/events/replay?limit=5, Say which",
        "POST, /admin/events/replay?all=true&state=fresh, on their way",
        "DELETE, /admin/events, Say which",
        "DELETE, /admin/events?all=false, Say which",
        "POST, /admin/lanes/pause, Name the lane",
    })
    void saysHowToAskRight(String method, String path, String text) {
        WebhookResponse response = ask(method, path);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.headers().first("Content-Type")).isEqualTo("application/problem+json");
        assertThat(response.text()).contains(text);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /admin/events, 'GET, DELETE'",
        "PUT, /admin/events/1, 'GET, DELETE'",
        "GET, /admin/events/replay, POST",
        "GET, /admin/lanes/pause, POST",
        "DELETE, /admin/lanes/resume, POST",
    })
    void refusesOtherMethods(String method, String path, String allowed) {
        WebhookResponse response = ask(method, path);

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers().first("Allow")).isEqualTo(allowed);
    }

    /** A destination that takes everything or refuses everything for good. */
    private static final class Destination implements OutputModule {

        private final List<WebhookEvent> delivered = new java.util.concurrent.CopyOnWriteArrayList<>();
        private volatile boolean fails;

        @Override
        public void deliver(WebhookEvent event) throws DeliveryException {
            if (fails) {
                throw DeliveryException.permanent("refused", null);
            }
            delivered.add(event);
        }
    }

    private Operations operations(Map<String, String> environment) {
        return Operations.builder(processor, processor::health, new Statistics(clock))
                .events(processor.storedEvents())
                .settings(OperationsSettings.fromEnvironment(environment::get))
                .clock(clock)
                .build();
    }

    private void post(String endpoint, String body) {
        WebhookRequest request = WebhookRequest.post("/webhook/" + endpoint)
                .header("X-Test", "1")
                .body(body)
                .build();
        assertThat(processor.process(request).status()).isEqualTo(200);
    }

    private JsonNode list(String query) {
        return json(get("/admin/events" + query)).get("events");
    }

    private WebhookResponse get(String path) {
        return ask("GET", path);
    }

    private WebhookResponse post(String path) {
        return ask("POST", path);
    }

    private WebhookResponse delete(String path) {
        return ask("DELETE", path);
    }

    private WebhookResponse ask(String method, String path) {
        return operations.handle(WebhookRequest.builder(method, path)
                .header("Authorization", "Bearer " + TOKEN)
                .build());
    }

    private static JsonNode json(WebhookResponse response) {
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("Waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
