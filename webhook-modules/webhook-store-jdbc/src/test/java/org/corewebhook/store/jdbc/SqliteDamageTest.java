package org.corewebhook.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.corewebhook.store.jdbc.Patience.awaitUntil;
import static org.corewebhook.store.jdbc.StoreFiles.copy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.StoreException;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Torn and corrupted files: the store starts or says what to do, and never gives a wrong body away. */
class SqliteDamageTest {

    private static final String LANE = "test/lane";
    private static final int EVENTS = 60;
    private static final int MAX_EMPTY_BYTES = 100_000;
    private static final int ROUNDS = Integer.getInteger("damage.rounds", 60);

    @TempDir
    Path folder;

    private final Map<String, byte[]> appended = new TreeMap<>();

    @Test
    void makesAFlippedBodyADeadLetterAndDeliversTheOthers() throws Exception {
        fill();
        flip(indexOf("\"n\":17,"));
        try (EventStore store = open()) {
            assertThat(store.read(LANE, 0, 1000, 100 << 20).deliveries()).hasSize(EVENTS - 1);
            DeliveryView letter = deadLetter(store);
            assertThat(letter.lastError()).contains("damaged (checksum)");
            assertThat(new String(appended.get(letter.eventId()), UTF_8)).contains("\"n\":17,");
            assertThat(store.event(letter.eventId()).orElseThrow().damaged()).isTrue();
            assertThat(store.backlog().get(0).deliveries()).isEqualTo(EVENTS - 1);
        }
    }

    @Test
    void makesADeliveryWithoutItsEventADeadLetter() throws Exception {
        fill();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM event WHERE seq = 5");
        }
        try (EventStore store = open()) {
            assertThat(store.read(LANE, 0, 1000, 100 << 20).deliveries()).hasSize(EVENTS - 1);
            awaitUntil(() -> store.backlog().get(0).deliveries() == EVENTS - 1);
        }
    }

    @Test
    void deliversWhatIsOnSoundPagesWhenOneCannotBeRead() throws Exception {
        fill();
        // the header of the page that holds this body: a leaf of the table of events
        long page = indexOf("\"n\":17,") / 4096 * 4096;
        write(page, new byte[16]);
        markAsClosedCleanly();
        try (EventStore store = open()) {
            List<StoredDelivery> read = store.read(LANE, 0, 1000, 100 << 20).deliveries();
            assertThat(read).hasSizeBetween(EVENTS - 10, EVENTS - 1).allSatisfy(this::isAsAppended);
            int unreadable = EVENTS - read.size();
            awaitUntil(() -> store.backlog().get(0).deliveries() == EVENTS - unreadable);
            WebhookEvent later = Events.event("later");
            appended.put(later.id(), later.body());
            append(store, later);
            assertThat(store.read(LANE, 0, 1000, 100 << 20).deliveries()).hasSize(EVENTS - unreadable + 1);
        }
    }

    @Test
    void refusesAFileWithABrokenHeaderAndSaysWhatToDo() throws Exception {
        fill();
        write(0, "not a database!!".getBytes(UTF_8));
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("webhooks.db is damaged")
                .hasMessageContaining("restore a backup")
                .hasMessageContaining(".recover");
    }

    @Test
    void refusesABrokenStructureAfterAnUncleanEndAndSaysWhatToDo() throws Exception {
        fill();
        write(indexOf("\"n\":17,") / 4096 * 4096, new byte[16]);
        Files.write(folder.resolve("webhooks.db.lock"), new byte[] {'o'});
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("webhooks.db is damaged")
                .hasMessageContaining("restore a backup");
    }

    @Test
    void startsWithATruncatedFile() throws Exception {
        fill();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file()) / 2 + 100);
        }
        startsOrRefuses();
    }

    @Test
    void startsWithATruncatedLogAndKeepsWhatCameBefore() throws Exception {
        Path crashed = crash();
        Path log = crashed.resolve("webhooks.db-wal");
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(log) * 2 / 3);
        }
        try (EventStore store = open(crashed.resolve("webhooks.db"))) {
            List<StoredDelivery> read = store.read(LANE, 0, 1000, 100 << 20).deliveries();
            assertThat(read).isNotEmpty().hasSizeLessThan(EVENTS).allSatisfy(this::isAsAppended);
            assertThat(read.get(read.size() - 1).sequence()).as("no gap").isEqualTo(read.size());
        }
    }

    @Test
    void neverGivesAWrongBodyAwayWhateverByteIsWrong() throws Exception {
        Path crashed = crash();
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(round);
            Path copy = copy(crashed, folder.resolve("round" + round));
            Path victim = copy.resolve(round % 2 == 0 ? "webhooks.db" : "webhooks.db-wal");
            if (round % 2 == 0) {
                checkpoint(copy.resolve("webhooks.db"));
            }
            flip(victim, random.nextLong(Files.size(victim)), 1 + random.nextInt(255));
            try (EventStore store = open(copy.resolve("webhooks.db"))) {
                assertThat(store.read(LANE, 0, 1000, 100 << 20).deliveries())
                        .as("round %d", round)
                        .allSatisfy(this::isAsAppended);
            } catch (StoreException e) {
                refused++;
                assertThat(e).hasMessageMatching("(?s).*(is damaged|another program|later version|failed).*");
            }
        }
        assertThat(refused).as("most damage is survived").isLessThan(ROUNDS / 2);
    }

    @Test
    void damageInTheJournalCostsAtMostTheEventItHits() throws Exception {
        Path crashed = Files.createTempDirectory(folder, "crashed");
        try (EventStore store = open()) {
            appendAll(store);
            copy(folder, crashed);
        }
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(round);
            Path copy = copy(crashed, folder.resolve("round" + round));
            flip(copy.resolve("webhooks.db.events"), random.nextInt(EVENTS * 4096), 1 + random.nextInt(255));
            try (EventStore store = open(copy.resolve("webhooks.db"))) {
                assertThat(store.read(LANE, 0, 1000, 100 << 20).deliveries())
                        .as("round %d", round)
                        .hasSizeBetween(EVENTS - 1, EVENTS)
                        .allSatisfy(this::isAsAppended);
            }
        }
    }

    private void startsOrRefuses() throws Exception {
        try (EventStore store = open()) {
            assertThat(store.read(LANE, 0, 1000, 100 << 20).deliveries()).allSatisfy(this::isAsAppended);
        } catch (StoreException e) {
            assertThat(e).hasMessageContaining("is damaged").hasMessageContaining("restore a backup");
        }
    }

    private void isAsAppended(StoredDelivery delivery) {
        assertThat(delivery.event().body())
                .isEqualTo(appended.get(delivery.event().id()));
        assertThat(delivery.event().headers().first("Content-Type")).isEqualTo("application/json");
    }

    /** A store that was closed with all events in its main file. */
    private void fill() throws Exception {
        try (EventStore store = open()) {
            appendAll(store);
        }
    }

    /** The files of a store that was killed: all events are in the write-ahead log. */
    private Path crash() throws Exception {
        for (int attempt = 0; attempt < 20; attempt++) {
            Path filled = Files.createDirectory(folder.resolve("filled" + attempt));
            appended.clear();
            try (EventStore store = open(filled.resolve("webhooks.db"))) {
                for (int i = 0; i < EVENTS; i++) {
                    append(store, i);
                    assertThat(store.backlog()).as("what is counted is in rows").hasSize(1);
                }
                Path crashed = copy(filled, folder.resolve("crashed" + attempt));
                if (Files.size(crashed.resolve("webhooks.db")) < MAX_EMPTY_BYTES) {
                    return crashed; // else the store has moved its log to the main file, as it does now and then
                }
            }
        }
        throw new AssertionError("The log was moved to the main file each time");
    }

    private void appendAll(EventStore store) throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            append(store, i);
        }
    }

    private void append(EventStore store, int i) throws Exception {
        byte[] body = ("{\"n\":" + i + ",\"text\":\"" + "x".repeat(500 + 100 * (i % 50)) + "\"}").getBytes(UTF_8);
        WebhookEvent event = Events.event(Headers.of("Content-Type", "application/json"), body);
        appended.put(event.id(), body);
        append(store, event);
    }

    private static void append(EventStore store, WebhookEvent event) throws StoreException {
        store.append(event, List.of(LANE), sequence -> {});
    }

    private static DeliveryView deadLetter(EventStore store) throws Exception {
        List<DeliveryView> found = new ArrayList<>();
        awaitUntil(() -> {
            found.addAll(store.find(DeliveryFilter.all(10).in(DeliveryState.DEAD)));
            return !found.isEmpty();
        });
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private EventStore open() throws StoreException {
        return open(file());
    }

    private static EventStore open(Path file) throws StoreException {
        return new SqliteStoreProvider().open("sqlite:" + file, new TestClock());
    }

    private Path file() {
        return folder.resolve("webhooks.db");
    }

    private void markAsClosedCleanly() throws IOException {
        Files.write(folder.resolve("webhooks.db.lock"), new byte[] {'c'});
    }

    private static void checkpoint(Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            assertThat(result.next()).isTrue();
        }
    }

    /** Returns where this text stands in the main file. */
    private long indexOf(String text) throws IOException {
        int index = Files.readString(file(), java.nio.charset.StandardCharsets.ISO_8859_1)
                .indexOf(text);
        assertThat(index).isPositive();
        return index;
    }

    private void flip(long at) throws IOException {
        flip(file(), at + 5, 1);
    }

    private static void flip(Path file, long at, int bits) throws IOException {
        byte[] all = Files.readAllBytes(file);
        all[(int) at] ^= (byte) bits;
        Files.write(file, all);
    }

    private void write(long at, byte[] bytes) throws IOException {
        byte[] all = Files.readAllBytes(file());
        System.arraycopy(bytes, 0, all, (int) at, bytes.length);
        Files.write(file(), all);
    }
}
