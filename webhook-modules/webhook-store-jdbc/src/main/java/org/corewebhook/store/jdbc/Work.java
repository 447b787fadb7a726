package org.corewebhook.store.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;

/** What the writer does in a transaction. */
interface Work {

    /** Does it within the transaction that is open. */
    void write(Transaction transaction) throws SQLException;

    /** Called when the transaction is durable. */
    void committed();

    /** Called when the transaction failed; returns whether it is to be tried again. */
    boolean failed(StoreException failure);

    /** Returns about how many bytes it writes. */
    long bytes();

    /** Returns the lanes that it appends an event to. */
    default List<String> appendsTo() {
        return List.of();
    }

    /** Work that somebody waits for. */
    abstract class Awaited implements Work {

        private final CountDownLatch done = new CountDownLatch(1);
        private @Nullable StoreException failure;

        @Override
        public void committed() {
            done.countDown();
        }

        @Override
        public boolean failed(StoreException cause) {
            failure = cause;
            done.countDown();
            return false;
        }

        /** Waits for the commit, whatever happens to the thread: what was begun must be known to its end. */
        void await() throws StoreException {
            boolean interrupted = false;
            while (true) {
                try {
                    done.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                throw new StoreException(String.valueOf(failure.getMessage()), failure);
            }
        }
    }

    /** A new event. */
    final class Append extends Awaited {

        private final WebhookEvent event;
        private final byte[] headers;
        private final List<String> lanes;
        private final EventStore.DurableListener whenDurable;
        private long sequence;

        Append(WebhookEvent event, List<String> lanes, EventStore.DurableListener whenDurable) {
            this.event = event;
            this.headers = EventRow.headers(event.headers());
            this.lanes = lanes;
            this.whenDurable = whenDurable;
        }

        @Override
        public List<String> appendsTo() {
            return lanes;
        }

        @Override
        public void write(Transaction transaction) throws SQLException {
            sequence = transaction.append(event, headers, lanes);
        }

        @Override
        public void committed() {
            try {
                whenDurable.durable(sequence);
            } finally {
                super.committed();
            }
        }

        @Override
        public long bytes() {
            return event.body().length + headers.length + 200L;
        }
    }

    /** What became of attempts; written sooner or later. */
    record Notes(String lane, List<Settlement> settlements, Runnable whenWritten) implements Work {

        @Override
        public void write(Transaction transaction) throws SQLException {
            for (Settlement settlement : settlements) {
                transaction.settle(lane, settlement);
            }
        }

        @Override
        public void committed() {
            whenWritten.run();
        }

        @Override
        public boolean failed(StoreException failure) {
            return true;
        }

        @Override
        public long bytes() {
            return 100L * settlements.size();
        }
    }

    /** Something that an operator asked for. */
    final class Command extends Awaited {

        /** Does it. */
        @FunctionalInterface
        interface Action {
            void run(Transaction transaction) throws SQLException;
        }

        private final Action action;

        Command(Action action) {
            this.action = action;
        }

        @Override
        public void write(Transaction transaction) throws SQLException {
            action.run(transaction);
        }

        @Override
        public long bytes() {
            return 1000;
        }
    }
}
