package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import org.corewebhook.store.EventStore;
import org.corewebhook.testkit.EventStoreContract;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.io.TempDir;

/** The SQLite store keeps the contract of event stores. */
class SqliteStoreContractTest extends EventStoreContract {

    @TempDir
    Path folder;

    private volatile boolean refused;

    @Override
    protected EventStore open() throws Exception {
        return SqliteStore.open(
                file(), true, new RefusableJournal(SqliteStore.journalOf(file())), new TestClock(), System::nanoTime);
    }

    private final class RefusableJournal extends Journal {

        RefusableJournal(Path journal) {
            super(journal, true);
        }

        @Override
        void write(long token, List<JournalEntry> entries, Collection<Long> ended) throws IOException {
            if (refused) {
                throw new IOException("refused by the test");
            }
            super.write(token, entries, ended);
        }
    }

    @Override
    protected void damage(String eventId) throws Exception {
        try (Connection connection = connect();
                PreparedStatement select = connection.prepareStatement("SELECT body FROM event WHERE id = ?");
                PreparedStatement update = connection.prepareStatement("UPDATE event SET body = ? WHERE id = ?")) {
            select.setString(1, eventId);
            byte[] body;
            try (ResultSet row = select.executeQuery()) {
                body = row.getBytes(1);
            }
            body[body.length / 2] ^= 1;
            update.setBytes(1, body);
            update.setString(2, eventId);
            update.executeUpdate();
        }
    }

    @Override
    protected void refuseWrites() throws Exception {
        refused = true;
        run("CREATE TRIGGER no_round BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'refused by the test'); END");
        run("CREATE TRIGGER no_event BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'refused by the test'); END");
        run("CREATE TRIGGER no_end BEFORE DELETE ON delivery BEGIN SELECT RAISE(ABORT, 'refused by the test'); END");
    }

    @Override
    protected void allowWrites() throws Exception {
        refused = false;
        run("DROP TRIGGER no_round");
        run("DROP TRIGGER no_event");
        run("DROP TRIGGER no_end");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private Path file() {
        return folder.resolve("webhooks.db");
    }
}
