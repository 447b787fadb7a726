package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.corewebhook.store.jdbc.Patience.awaitUntil;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file, one process: permissions, who else may open it, size; the damage is in {@link SqliteDamageTest}. */
class SqliteStoreTest {

    private static final String LANE = "test/lane";

    @TempDir
    Path folder;

    @Test
    void createsFolderAndFilesForTheirOwnerOnly() throws Exception {
        Path file = folder.resolve("a/data/webhooks.db");
        try (EventStore store = open(file)) {
            append(store, Events.event("{}"));
            assertThat(permissions(file.getParent().getParent())).isEqualTo("rwx------");
            assertThat(permissions(file.getParent())).isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(file.getParent())) {
                assertThat(files)
                        .extracting(path -> path.getFileName() + " " + permissions(path))
                        .containsExactlyInAnyOrder(
                                "webhooks.db rw-------",
                                "webhooks.db-wal rw-------",
                                "webhooks.db-shm rw-------",
                                "webhooks.db.events rw-------",
                                "webhooks.db.lock rw-------");
            }
        }
    }

    @Test
    void refusesAFileThatIsOpenAlready() throws Exception {
        try (EventStore store = open(file())) {
            assertThatThrownBy(() -> open(file()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("Another receiver uses the store")
                    .hasMessageContaining("a file of its own");
            append(store, Events.event("{}"));
        }
        open(file()).close();
    }

    @Test
    void refusesAFileOfALaterVersionAndLeavesItAlone() throws Exception {
        open(file()).close();
        sql("PRAGMA user_version=99");
        byte[] before = Files.readAllBytes(file());
        assertThatThrownBy(() -> open(file()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("later version (schema 99)");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void refusesADatabaseOfAnotherProgramAndLeavesItAlone() throws Exception {
        sql("CREATE TABLE customer(name TEXT)");
        byte[] before = Files.readAllBytes(file());
        assertThatThrownBy(() -> open(file()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("database of another program");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void refusesAFileThatIsNoDatabaseAndLeavesItAlone() throws Exception {
        Files.writeString(file(), "Dear diary, ".repeat(1000));
        byte[] before = Files.readAllBytes(file());
        assertThatThrownBy(() -> open(file()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("move it and its -wal and .events files away");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void saysWhereItCannotWrite() throws Exception {
        Files.writeString(folder.resolve("plain"), "a file where a folder is needed");
        assertThatThrownBy(() -> open(folder.resolve("plain/webhooks.db")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("WEBHOOK_STORE=sqlite:FILE");
    }

    @Test
    void refusesLocationsItDoesNotUnderstand() {
        SqliteStoreProvider provider = new SqliteStoreProvider();
        assertThat(provider.accepts("sqlite:x")).isTrue();
        assertThat(provider.accepts("jdbc:postgresql://x/y")).isFalse();
        for (String location : List.of("sqlite:", "sqlite:x?sync=off", "sqlite:x?synchronous=off&y=z")) {
            assertThatThrownBy(() -> provider.open(location, new TestClock()))
                    .as(location)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("sqlite:FILE");
        }
    }

    @Test
    void goesOnAfterAnUncleanEndWithAllThatWasAcknowledged() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("copy")).resolve("webhooks.db");
        List<String> appended = new ArrayList<>();
        try (EventStore store = open(file())) {
            for (WebhookEvent event : Events.numbered(300)) {
                append(store, event);
                appended.add(event.id());
            }
            // what a killed process leaves: the files as they are, without the last words
            try (Stream<Path> files = Files.list(folder)) {
                for (Path path : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(path, copy.resolveSibling(path.getFileName()));
                }
            }
        }
        try (EventStore again = open(copy)) {
            assertThat(read(again)).extracting(read -> read.event().id()).isEqualTo(appended);
        }
    }

    @Test
    void givesSpaceBackWhenABacklogIsDrained() throws Exception {
        try (EventStore store = open(file())) {
            byte[] body = new byte[100_000];
            List<Settlement> done = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                done.add(Settlement.done(append(store, Events.event(body)), 0));
            }
            awaitUntil(() -> size() > 30_000_000); // the last ones are in the journal for a while
            settle(store, done);
            awaitUntil(() -> size() < 2_000_000);
            append(store, Events.event("{}"));
        }
    }

    @Test
    void givesSpaceBackWhileEventsKeepComing() throws Exception {
        try (EventStore store = open(file())) {
            byte[] body = new byte[100_000];
            List<Settlement> done = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                done.add(Settlement.done(append(store, Events.event(body)), 0));
            }
            settle(store, done);
            awaitUntil(() -> {
                settle(store, List.of(Settlement.done(append(store, Events.event("{}")), 0)));
                return Files.size(file()) < 5_000_000;
            });
        }
    }

    @Test
    void showsWhatIsConfiguredAndHowItIsDoing() throws Exception {
        try (EventStore store = open(file())) {
            assertThat(store.health().location()).isEqualTo("sqlite:" + file());
            assertThat(store.health().lastError()).isNull();
            assertThat(store.find(DeliveryFilter.all(1).in(DeliveryState.DEAD))).isEmpty();
        }
    }

    @Test
    void synchronisesUnlessToldOtherwise() throws Exception {
        Map<Boolean, Long> modes = new HashMap<>();
        for (boolean synchronous : new boolean[] {true, false}) {
            try (Connection connection = new SqliteDatabase(file(), synchronous).connect()) {
                modes.put(synchronous, Database.number(connection, "PRAGMA synchronous"));
            }
        }
        assertThat(modes).isEqualTo(Map.of(true, 2L, false, 0L));
    }

    private static EventStore open(Path file) throws StoreException {
        return new SqliteStoreProvider().open("sqlite:" + file, new TestClock());
    }

    private static long append(EventStore store, WebhookEvent event) throws StoreException {
        long[] sequence = new long[1];
        store.append(event, List.of(LANE), durable -> sequence[0] = durable);
        return sequence[0];
    }

    private static void settle(EventStore store, List<Settlement> settlements) throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        store.settle(LANE, settlements, written::countDown);
        assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static List<StoredDelivery> read(EventStore store) throws StoreException {
        return store.read(LANE, 0, 10_000, 100 << 20).deliveries();
    }

    private Path file() {
        return folder.resolve("webhooks.db");
    }

    private long size() throws IOException {
        return Files.size(file()) + Files.size(folder.resolve("webhooks.db-wal"));
    }

    private void sql(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
