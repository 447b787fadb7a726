package org.corewebhook.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in memory as a servlet's input: always ready. A listener is called by a thread of the container, and never by
 * two at once (Servlet 6.0, 3.6). Thread-safe.
 */
final class BufferedStream extends ServletInputStream {

    private final byte[] bytes;
    private final HttpServletRequest request;
    private final Object lock = new Object();
    private int position;
    private @Nullable ReadListener listener;
    private boolean calling;
    private boolean toldTheEnd;

    BufferedStream(byte[] bytes, HttpServletRequest request) {
        this.bytes = bytes;
        this.request = request;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        int count;
        synchronized (lock) {
            count = Math.min(length, bytes.length - position);
            System.arraycopy(bytes, position, buffer, offset, count);
            position += count;
        }
        ReadListener told = listenerToTell();
        if (told != null) {
            request.getAsyncContext().start(() -> end(told));
        }
        return count == 0 ? -1 : count;
    }

    @Override
    public int available() {
        synchronized (lock) {
            return bytes.length - position;
        }
    }

    @Override
    public boolean isFinished() {
        return available() == 0;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setReadListener(ReadListener readListener) {
        Objects.requireNonNull(readListener, "readListener");
        if (!request.isAsyncStarted()) {
            throw new IllegalStateException("A ReadListener needs an asynchronous request: call startAsync() first");
        }
        synchronized (lock) {
            if (listener != null) {
                throw new IllegalStateException("There is a ReadListener already");
            }
            listener = readListener;
            calling = true;
        }
        request.getAsyncContext().start(() -> call(readListener));
    }

    private void call(ReadListener called) {
        try {
            if (!isFinished()) {
                called.onDataAvailable();
            }
        } catch (IOException | RuntimeException e) {
            called.onError(e);
            return; // and counts as being called for ever: nothing follows an error
        }
        synchronized (lock) {
            calling = false;
        }
        ReadListener told = listenerToTell();
        if (told != null) {
            end(told);
        }
    }

    /** Returns the listener, once, when everything is read, be it by the listener or later by any thread. */
    private @Nullable ReadListener listenerToTell() {
        synchronized (lock) {
            if (calling || toldTheEnd || position < bytes.length) {
                return null;
            }
            toldTheEnd = listener != null;
            return listener;
        }
    }

    private static void end(ReadListener told) {
        try {
            told.onAllDataRead();
        } catch (IOException | RuntimeException e) {
            told.onError(e);
        }
    }
}
