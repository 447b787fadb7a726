package org.corewebhook.store;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * An append whose caller waits for its end, whatever happens to the thread: what was begun must be known to its end.
 */
final class AwaitedAppend implements EventStore.AppendListener {

    private final EventStore.DurableListener whenDurable;
    private final CountDownLatch done = new CountDownLatch(1);
    private Receipt.Standing standing = Receipt.Standing.NEW;
    private @Nullable StoreException failure;

    AwaitedAppend(EventStore.DurableListener whenDurable) {
        this.whenDurable = whenDurable;
    }

    @Override
    public void durable(long sequence) {
        whenDurable.durable(sequence);
    }

    @Override
    public void durable(long sequence, Set<String> heldBack) {
        whenDurable.durable(sequence, heldBack);
    }

    @Override
    public void appended(Receipt.Standing known) {
        standing = known;
        done.countDown();
    }

    @Override
    public void failed(StoreException cause) {
        failure = cause;
        done.countDown();
    }

    Receipt.Standing await() throws StoreException {
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
        return standing;
    }
}
