package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {

    @TempDir
    Path folder;

    @Test
    void bringsAFileFromVersionToVersionAndKeepsItsContent() throws Exception {
        Path file = folder.resolve("old.db");
        try (Connection connection = new Versions(file, 1).connect()) {
            new Versions(file, 1).migrate(connection);
            run(connection, "INSERT INTO first VALUES(42)");
        }
        try (Connection connection = new Versions(file, 2).connect()) {
            new Versions(file, 2).migrate(connection);
            assertThat(Database.number(connection, "SELECT sum(number) FROM second"))
                    .isEqualTo(42);
            assertThat(Database.number(connection, "PRAGMA user_version")).isEqualTo(2);
        }
    }

    @Test
    void refusesAFileOfALaterVersion() throws Exception {
        Path file = folder.resolve("new.db");
        try (Connection connection = new Versions(file, 2).connect()) {
            new Versions(file, 2).migrate(connection);
            assertThatThrownBy(() -> new Versions(file, 1).migrate(connection))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("later version (schema 2)");
        }
    }

    @Test
    void aDeliveryGoesThroughAllItsStates() throws Exception {
        List<Long> durable = new ArrayList<>();
        WebhookEvent event =
                new WebhookEvent("id-1", "orders", Instant.ofEpochMilli(5), Headers.empty(), new byte[] {1, 2, 3});
        try (EventStore store =
                new SqliteStoreProvider().open("sqlite:" + folder.resolve("events.db"), Clock.systemUTC())) {
            store.append(event, List.of("orders/a", "orders/b"), durable::add);
            assertThat(durable).containsExactly(1L);
            store.settle("orders/a", List.of(Settlement.done(1, 10)), () -> {});
            store.settle("orders/b", List.of(Settlement.retry(1, 10, 20, "no\0pe")), () -> {});
            store.settle("orders/b", List.of(Settlement.dead(1, 10, "never")), () -> {});
            assertThat(store.replay(DeliveryFilter.all(10), 30))
                    .containsExactly(new EventStore.Backlog("orders/b", 1, 3, 1, 30));
            assertThat(store.backlog()).containsExactly(new EventStore.Backlog("orders/b", 1, 3, 1, 30));
            assertThat(store.due("orders/b", 30, 10, 1000)).hasSize(1);
            assertThat(store.event("id-1").orElseThrow().attempts()).hasSize(2);
            store.settle("orders/b", List.of(Settlement.done(1, 40)), () -> {});
            assertThat(store.purge(DeliveryFilter.all(10))).isZero();
            assertThat(store.event("id-1")).isEmpty();
        }
    }

    private static void run(Connection connection, String change) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(change);
        }
    }

    /** A store's file as versions before and after this one would have it. */
    private static final class Versions extends Database {

        private final SqliteDatabase sqlite;
        private final int version;

        Versions(Path file, int version) {
            this.sqlite = new SqliteDatabase(file, true);
            this.version = version;
        }

        @Override
        List<List<String>> migrations() {
            return List.of(
                            List.of("CREATE TABLE first(number INTEGER)"),
                            List.of("CREATE TABLE second(number INTEGER)", "INSERT INTO second SELECT * FROM first"))
                    .subList(0, version);
        }

        @Override
        String location() {
            return sqlite.location();
        }

        @Override
        Connection connect() throws SQLException {
            return sqlite.connect();
        }

        @Override
        StoreException explained(SQLException e) {
            return sqlite.explained(e);
        }

        @Override
        Sequences sequences(Connection connection) throws SQLException {
            return sqlite.sequences(connection);
        }

        @Override
        String join() {
            return sqlite.join();
        }

        @Override
        int version(Connection connection) throws SQLException, StoreException {
            return sqlite.version(connection);
        }

        @Override
        void version(Connection connection, int number) throws SQLException {
            sqlite.version(connection, number);
        }
    }
}
