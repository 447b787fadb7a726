package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged as stored, over process ends of every kind; the receiver is the WAR with its default store. */
class StoredIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 3);
    private static final int SENDERS = 64;
    private static final int SENDERS_OF_KEYS = 8;
    private static final Map<String, String> ADMIN = Map.of("ADMIN_TOKEN", "operator", "WEBHOOK_STORE", "");

    @TempDir
    Path folder;

    private FlakyDestination destination;

    @BeforeEach
    void startDestination() throws IOException {
        destination = new FlakyDestination();
    }

    @AfterEach
    void stopDestination() {
        destination.close();
    }

    @Test
    void losesNothingAndKeepsOrderWhenKilledAtRandomMoments() throws Exception {
        destination.failing(20, 503);
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        List<String> inOrder = Collections.synchronizedList(new ArrayList<>());
        Map<Integer, List<String>> byKey = new ConcurrentHashMap<>();
        AtomicInteger numbers = new AtomicInteger();
        for (int round = 0; round < ROUNDS; round++) {
            try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), ADMIN)) {
                int confirmedBefore = destination.confirmations();
                int acknowledgedBefore = acknowledged.size();
                boolean amidDeliveries = round % 2 == 0; // else perhaps before the first one
                send(receiver, acknowledged, inOrder, byKey, numbers, () -> {
                    if (amidDeliveries) {
                        Patience.awaitUntil(() -> destination.confirmations() > confirmedBefore
                                && acknowledged.size() > acknowledgedBefore + SENDERS);
                    }
                    pause(ThreadLocalRandom.current().nextInt(1000));
                    receiver.process().destroyForcibly();
                });
                receiver.process().waitFor();
            }
        }
        int confirmedAmidKills = destination.confirmations();
        destination.failing(0, 503);
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), ADMIN)) {
            Patience.awaitUntil(() -> waiting(receiver) == 0);
            assertThat(receiver.log()).containsPattern("Recovered \\d+ stored events for \\d lanes");
        }
        List<String> arrived = destination.confirmed("/orders");
        List<String> strict = destination.confirmed("/ledger");
        assertThat(acknowledged).hasSizeGreaterThan(ROUNDS * 20);
        assertThat(lost(acknowledged, arrived)).isEmpty();
        assertThat(lost(inOrder, strict)).isEmpty();
        assertThat(firstArrivals(strict, inOrder)).isEqualTo(inOrder);
        List<String> keyed = destination.confirmed("/carts");
        int ofKeys = 0;
        for (List<String> sent : byKey.values()) {
            assertThat(firstArrivals(keyed, sent)).isEqualTo(sent);
            ofKeys += sent.size();
        }
        assertThat(byKey).hasSize(SENDERS_OF_KEYS);
        assertThat(arrived).allMatch(body -> body.matches("\\{\"n\":\\d+}"));
        System.out.printf(
                "%d kills: %d acknowledged, 0 lost, %d delivered between the kills, %d duplicates%n",
                ROUNDS,
                acknowledged.size() + inOrder.size() + ofKeys,
                confirmedAmidKills,
                duplicates(arrived) + duplicates(strict) + duplicates(keyed));
    }

    /** AssertJ's containsAll would take minutes for the events of a hundred rounds. */
    private static Set<String> lost(Collection<String> acknowledged, Collection<String> arrived) {
        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(new HashSet<>(arrived));
        return lost;
    }

    /** Returns the first arrivals of these bodies, in order. */
    private static List<String> firstArrivals(List<String> arrived, List<String> of) {
        List<String> first = new ArrayList<>(new java.util.LinkedHashSet<>(arrived));
        first.retainAll(new HashSet<>(of));
        return first;
    }

    @Test
    void keepsEventsWhileTheDestinationIsDownAndDeliversThemAfterARestart() throws Exception {
        destination.failing(100, 503);
        Set<String> sent = new HashSet<>();
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), ADMIN)) {
            for (int i = 0; i < 200; i++) {
                String body = "{\"n\":" + i + "}";
                assertThat(receiver.post("/webhook/orders", bytes(body)).statusCode())
                        .isEqualTo(200);
                sent.add(body);
            }
            assertThat(waiting(receiver)).isEqualTo(200);
            assertThat(receiver.stop()).isIn(0, 143);
            assertThat(receiver.log()).contains("200 events wait in the store for the next start");
        }
        destination.failing(0, 503);
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), ADMIN)) {
            assertThat(receiver.log()).containsPattern("Recovered \\d+ stored events for 1 lanes");
            Patience.awaitUntil(() -> waiting(receiver) == 0);
        }
        assertThat(new HashSet<>(destination.confirmed("/orders"))).isEqualTo(sent);
    }

    @Test
    void parksEventsWhileTheirDestinationIsMisconfiguredAndDeliversThemAfterTheRepair() throws Exception {
        String broken = webhooks().replace("\"url\"", "\"uri\"");
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, broken, ADMIN)) {
            assertThat(receiver.post("/webhook/orders", bytes("{\"n\":1}")).statusCode())
                    .isEqualTo(200);
        }
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, broken, ADMIN)) {
            assertThat(waiting(receiver)).isEqualTo(1);
        }
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), ADMIN)) {
            Patience.awaitUntil(() -> waiting(receiver) == 0);
        }
        assertThat(destination.confirmed("/orders")).containsExactly("{\"n\":1}");
    }

    @Test
    void showsReplaysAndPurgesDeadLettersToTheAdministratorOnly() throws Exception {
        destination.failing(100, 400);
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), ADMIN)) {
            for (int i = 0; i < 3; i++) {
                receiver.post("/webhook/orders", bytes("{\"n\":" + i + "}"));
            }
            Patience.awaitUntil(() -> events(receiver, "?state=dead").size() == 3);
            assertThat(receiver.get("/admin/events").statusCode()).isEqualTo(401);
            assertThat(receiver.get("/admin/events", "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
            String id = events(receiver, "?state=dead").get(0).get("id").asText();
            JsonNode shown = JSON.readTree(admin(receiver, "/admin/events/" + id + "?body=true"));
            assertThat(shown.get("attempts")).hasSize(1);
            assertThat(shown.get("attempts").get(0).get("error").asText()).contains("400");
            assertThat(new String(
                            java.util.Base64.getDecoder()
                                    .decode(shown.get("body_base64").asText()),
                            StandardCharsets.UTF_8))
                    .matches("\\{\"n\":[012]}");
            destination.failing(0, 400);
            assertThat(adminPost(receiver, "/admin/events/replay?id=" + id)).contains("\"replayed\":1");
            Patience.awaitUntil(() -> destination.confirmed("/orders").size() == 1);
            Patience.awaitUntil(() -> events(receiver, "").size() == 2);
            assertThat(adminPost(receiver, "/admin/events/replay")).contains("Say which");
            assertThat(adminPost(receiver, "/admin/events/replay?all=true")).contains("\"replayed\":2");
            Patience.awaitUntil(() -> destination.confirmed("/orders").size() == 3);
        }
    }

    @Test
    void holdsAPausedLaneBackUntilItIsResumed() throws Exception {
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), ADMIN)) {
            receiver.post("/webhook/orders", bytes("{\"n\":0}"));
            Patience.awaitUntil(() -> destination.confirmed("/orders").size() == 1 && waiting(receiver) == 0);
            assertThat(adminPost(receiver, "/admin/lanes/pause?lane=orders/http_webhook"))
                    .contains("\"paused\":true");
            receiver.post("/webhook/orders", bytes("{\"n\":1}"));
            assertThat(waiting(receiver)).isEqualTo(1);
            assertThat(destination.confirmed("/orders")).hasSize(1);
            assertThat(adminPost(receiver, "/admin/lanes/resume?lane=orders/http_webhook"))
                    .contains("\"paused\":false");
            Patience.awaitUntil(() -> destination.confirmed("/orders").size() == 2);
        }
    }

    @Test
    void refusesASecondProcessOnTheSameFile() throws Exception {
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), ADMIN)) {
            Path other = Files.createDirectory(folder.resolve("other"));
            Files.writeString(other.resolve("webhooks.json"), webhooks());
            String file = "sqlite:" + folder.resolve("data/webhooks.db");
            ReceiverProcess.Launched second = ReceiverProcess.launch(other, Map.of("WEBHOOK_STORE", file));
            assertThat(second.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.process().exitValue()).isEqualTo(1);
            assertThat(Files.readString(second.log())).contains("Cannot start").contains("webhooks.db");
            assertThat(receiver.post("/webhook/orders", bytes("{\"n\":0}")).statusCode())
                    .isEqualTo(200);
        }
    }

    private void send(
            ReceiverProcess receiver,
            Set<String> acknowledged,
            List<String> inOrder,
            Map<Integer, List<String>> byKey,
            AtomicInteger numbers,
            Runnable killer)
            throws InterruptedException {
        AtomicBoolean alive = new AtomicBoolean(true);
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            senders.execute(() -> {
                while (alive.get()) {
                    String number = "{\"n\":" + numbers.incrementAndGet();
                    if (sender == 0) {
                        post(receiver, "/webhook/ledger", number + "}", inOrder);
                    } else if (sender <= SENDERS_OF_KEYS) {
                        List<String> ofThisKey =
                                byKey.computeIfAbsent(sender, key -> Collections.synchronizedList(new ArrayList<>()));
                        post(receiver, "/webhook/carts", number + ",\"cart\":{\"id\":" + sender + "}}", ofThisKey);
                    } else {
                        post(receiver, "/webhook/orders", number + "}", acknowledged);
                    }
                }
            });
        }
        try {
            killer.run();
        } finally {
            alive.set(false);
            senders.shutdown();
        }
        assertThat(senders.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Adds the body to those that were answered 200; what the kill cuts off was not. */
    private static void post(ReceiverProcess receiver, String path, String body, Collection<String> acknowledged) {
        try {
            if (receiver.post(path, bytes(body)).statusCode() == 200) {
                acknowledged.add(body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            pause(5);
        }
    }

    private static int duplicates(List<String> bodies) {
        return bodies.size() - new HashSet<>(bodies).size();
    }

    private static long waiting(ReceiverProcess receiver) {
        try {
            JsonNode lanes =
                    JSON.readTree(admin(receiver, "/health")).path("details").path("lanes");
            long waiting = 0;
            for (JsonNode lane : lanes) {
                waiting += lane.get("waiting").asLong();
            }
            return waiting;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode events(ReceiverProcess receiver, String query) {
        try {
            return JSON.readTree(admin(receiver, "/admin/events" + query)).get("events");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String admin(ReceiverProcess receiver, String path) throws Exception {
        HttpResponse<String> answer = receiver.get(path, "Authorization", "Bearer operator");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static String adminPost(ReceiverProcess receiver, String path) throws Exception {
        return receiver.post(path, new byte[0], "Authorization", "Bearer operator")
                .body();
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String webhooks() throws IOException {
        Map<String, Object> endpoints = new LinkedHashMap<>();
        endpoints.put("orders", endpoint("/orders", "relaxed"));
        endpoints.put("ledger", endpoint("/ledger", "strict"));
        Map<String, Object> carts = new LinkedHashMap<>(endpoint("/carts", "relaxed"));
        carts.put("ordering_key", "/cart/id");
        endpoints.put("carts", carts);
        return JSON.writeValueAsString(endpoints);
    }

    private Map<String, Object> endpoint(String path, String ordering) {
        return Map.of(
                "module",
                "http_webhook",
                "module-config",
                Map.of("url", destination.url(path)),
                "ordering",
                ordering,
                "max_in_flight",
                ordering.equals("strict") ? 1 : 8,
                "retry",
                Map.of("enabled", true, "max_attempts", 20, "initial_delay", 0.05, "max_delay", 10));
    }
}
