package org.corewebhook.war;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/** What Tomcat has for a connection, one after the other; lets {@link OwedAnswers} go first. */
final class SuspendableChannel extends NioChannel {

    private final Duration idle;
    private volatile @Nullable OwedAnswers owed;

    /** {@code idle} is how long Tomcat keeps a connection on which nothing happens. */
    SuspendableChannel(SocketBufferHandler buffers, Duration idle) {
        super(buffers);
        this.idle = idle;
    }

    /** Begins with a new connection, or lets go of one that is closed. */
    @Override
    public void reset(@Nullable SocketChannel socket, @Nullable NioSocketWrapper connection) throws IOException {
        super.reset(socket, connection);
        owed = socket == null || connection == null ? null : new OwedAnswers(socket, connection, idle);
    }

    /** Returns what the present connection is owed, or null if it is closed. */
    @Nullable
    OwedAnswers owed() {
        return owed;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        checkInterruptStatus();
        OwedAnswers answers = owed;
        if (answers == null) {
            throw new IOException("The connection is closed");
        }
        return answers.write(bytes);
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
        long written = 0;
        for (int i = offset; i < offset + length; i++) {
            written += write(buffers[i]);
            if (buffers[i].hasRemaining()) {
                break;
            }
        }
        return written;
    }

    /** Who is owed something gets it first, even if Tomcat has no more to do with the connection. */
    @Override
    public void close() throws IOException {
        OwedAnswers answers = owed;
        if (answers == null || !answers.closeWhenGiven()) {
            super.close();
        }
    }
}
