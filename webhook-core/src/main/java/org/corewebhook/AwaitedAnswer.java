package org.corewebhook;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An answer that the thread which made this waits for, even when interrupted: an event that is stored is accepted. */
final class AwaitedAnswer implements Consumer<WebhookResponse> {

    private final Thread caller = Thread.currentThread();
    private volatile @Nullable WebhookResponse answer;

    @Override
    public void accept(WebhookResponse given) {
        answer = given;
        if (Thread.currentThread() != caller) {
            LockSupport.unpark(caller);
        }
    }

    WebhookResponse await() {
        boolean interrupted = false;
        WebhookResponse given = answer;
        while (given == null) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
            given = answer;
        }
        if (interrupted) {
            caller.interrupt();
        }
        return given;
    }
}
