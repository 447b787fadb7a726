package org.corewebhook.store.jdbc;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;

/** What the writer does in a transaction. */
interface Work {

    /** Does it within the transaction that is open. */
    void write(Transaction transaction) throws SQLException;

    /** Called first when the transaction is durable: says which events are, before anybody acts on that. */
    default void durable() {}

    /** Called when the transaction is durable, and everybody knows which events are. */
    void committed();

    /** Called when the transaction failed; returns whether it is to be tried again. */
    boolean failed(StoreException failure);

    /** Returns about how many bytes it writes. */
    long bytes();

    /** Returns the lanes that it writes to, as far as that is known before. */
    default List<String> lanes() {
        return List.of();
    }

    /** Returns how many new events it writes. */
    default int events() {
        return 0;
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
    final class Append implements Work {

        private final WebhookEvent event;
        private final byte[] headers;
        private final List<String> lanes;
        private final long key;
        private final @Nullable Receipt receipt;
        private final EventStore.AppendListener listener;
        private final Set<String> heldBack = new HashSet<>(0);
        private Receipt.Standing standing = Receipt.Standing.NEW;
        private long sequence;

        /** The listener hears one of both once, even if the writer fails between the commit and its news. */
        private boolean told;

        Append(
                WebhookEvent event,
                List<String> lanes,
                long key,
                @Nullable Receipt receipt,
                EventStore.AppendListener listener) {
            this.event = event;
            this.headers = EventRow.headers(event.headers());
            this.lanes = lanes;
            this.key = key;
            this.receipt = receipt;
            this.listener = listener;
        }

        @Override
        public List<String> lanes() {
            return lanes;
        }

        @Override
        public int events() {
            return 1;
        }

        @Override
        public void write(Transaction transaction) throws SQLException {
            if (receipt != null) {
                standing = transaction
                        .receipts()
                        .accept(receipt, event.receivedAt().toEpochMilli());
            }
            if (standing == Receipt.Standing.NEW) {
                sequence = receipt == null && key == EventStore.NO_KEY
                        ? transaction.append(event, headers, lanes)
                        : transaction.append(event, headers, lanes, key, heldBack);
            }
        }

        @Override
        public void durable() {
            if (standing == Receipt.Standing.NEW) {
                listener.durable(sequence, heldBack);
            }
        }

        @Override
        public void committed() {
            if (!told) {
                told = true;
                listener.appended(standing);
            }
        }

        @Override
        public boolean failed(StoreException failure) {
            if (!told) {
                told = true;
                listener.failed(failure);
            }
            return false;
        }

        @Override
        public long bytes() {
            return event.body().length + headers.length + 200L;
        }
    }

    /** Something that nobody waits for and that is written sooner or later. */
    interface Note extends Work {

        @Override
        default boolean failed(StoreException failure) {
            return true;
        }
    }

    /** What became of attempts. */
    record Notes(String lane, List<Settlement> settlements, Runnable whenWritten) implements Note {

        @Override
        public List<String> lanes() {
            return List.of(lane);
        }

        @Override
        public void write(Transaction transaction) throws SQLException {
            transaction.settle(lane, settlements);
        }

        @Override
        public void committed() {
            whenWritten.run();
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
