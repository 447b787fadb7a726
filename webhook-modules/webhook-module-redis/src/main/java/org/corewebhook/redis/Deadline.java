package org.corewebhook.redis;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends one call in time by closing the socket that it waits for; a socket's own time-outs know neither blocked writes
 * nor replies that come byte by byte. Thread-safe.
 */
final class Deadline {

    private static final Logger log = LoggerFactory.getLogger(Deadline.class);

    private final Duration timeout;
    private final long endNanos;
    private final Object lock = new Object();
    private @Nullable Socket guarded;
    private @Nullable String reason;

    Deadline(Duration timeout) {
        this.timeout = timeout;
        this.endNanos = System.nanoTime() + timeout.toNanos();
    }

    /** Watches over this socket from now on, instead of the one before; closes it at once if time is up. */
    void guard(Socket socket) {
        synchronized (lock) {
            guarded = socket;
            if (reason != null) {
                close(socket);
            }
        }
    }

    /** Lets go of the socket: the call is over. */
    void release() {
        synchronized (lock) {
            guarded = null;
        }
    }

    void expire() {
        end("did not answer within " + timeout.toMillis() + " ms");
    }

    void cancel() {
        end("was left, the output is closed");
    }

    private void end(String why) {
        synchronized (lock) {
            if (reason == null) {
                reason = why;
                if (guarded != null) {
                    close(guarded);
                }
            }
        }
    }

    /** Returns why the call was ended, or null if it was not. */
    @Nullable
    String reason() {
        synchronized (lock) {
            return reason;
        }
    }

    /** Returns the time that is left, at least 1 ms: to a socket 0 means for ever. */
    int remainingMillis() {
        long left = (endNanos - System.nanoTime()) / 1_000_000;
        return (int) Math.max(1, Math.min(left, Integer.MAX_VALUE));
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("A socket did not close cleanly", e);
        }
    }
}
