package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.StoreException;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the thread that writes lives through. */
@Timeout(60)
class WriterTest {

    @TempDir
    private Path folder;

    private Writer writer;

    @BeforeEach
    void start() throws Exception {
        SqliteDatabase database = new SqliteDatabase(folder.resolve("events.db"), true);
        Connection connection = database.connect();
        database.migrate(connection);
        writer = new Writer(database, connection, null, new Expiry(Clock.systemUTC()), lane -> {});
    }

    @AfterEach
    void stop() {
        writer.close();
    }

    /** Work that cannot even be looked at. */
    private static final class Unbearable extends Work.Awaited {

        @Override
        public void write(Transaction transaction) {}

        @Override
        public long bytes() {
            throw new OutOfMemoryError("of a test");
        }
    }

    @Test
    void whenMemoryRunsOutBetweenCommitsEverybodyIsToldAndTheThreadGoesOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch othersWait = new CountDownLatch(1);
        writer.submit(new Work.Command(open -> {
            begun.countDown();
            await(othersWait);
        }));
        begun.await();
        Work.Command first = new Work.Command(open -> {});
        Unbearable second = new Unbearable();
        writer.submit(first);
        writer.submit(second);
        othersWait.countDown();

        assertThatThrownBy(first::await).isInstanceOf(StoreException.class).hasMessageContaining("of a test");
        assertThatThrownBy(second::await).isInstanceOf(StoreException.class).hasMessageContaining("of a test");

        Work.Command later = new Work.Command(open -> {});
        writer.submit(later);
        later.await();
        assertThat(writer.lastError()).isNull();
    }

    /** What the writer does when memory runs out between the news of a commit: it cannot know who has heard them. */
    @Test
    void aSenderWhoHasHeardOfTheCommitIsNotToldThatItFailed() {
        List<String> told = new ArrayList<>();
        Work.Append first = append("first", told);
        Work.Append second = append("second", told);
        first.committed();
        for (Work.Append each : List.of(first, second)) {
            each.failed(new StoreException("out of memory", null));
        }
        assertThat(told).containsExactly("first appended", "second failed");
    }

    private static Work.Append append(String name, List<String> told) {
        EventStore.AppendListener listener = new EventStore.AppendListener() {
            @Override
            public void durable(long sequence) {}

            @Override
            public void appended(Receipt.Standing standing) {
                told.add(name + " appended");
            }

            @Override
            public void failed(StoreException failure) {
                told.add(name + " failed");
            }
        };
        return new Work.Append(Events.event(name), List.of("test/lane"), EventStore.NO_KEY, null, listener);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
