package org.corewebhook.war;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/** What Tomcat has for a connection, one after the other; lets {@link OwedAnswers} go first. */
final class SuspendableChannel extends NioChannel {

    private volatile @Nullable OwedAnswers owed;

    SuspendableChannel(SocketBufferHandler buffers) {
        super(buffers);
    }

    /** Begins with a new connection, or lets go of one that is closed. */
    @Override
    public void reset(@Nullable SocketChannel socket, @Nullable NioSocketWrapper connection) throws IOException {
        super.reset(socket, connection);
        owed = socket == null || connection == null ? null : new OwedAnswers(socket, connection);
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

    /** Who has sent all that he wanted to send still waits for his answers; after this Tomcat closes the connection. */
    @Override
    public int read(ByteBuffer bytes) throws IOException {
        int length = super.read(bytes);
        OwedAnswers answers = owed;
        if (length < 0 && answers != null) {
            answers.awaitGiven();
        }
        return length;
    }
}
