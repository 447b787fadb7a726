package org.corewebhook.rabbitmq;

import com.rabbitmq.client.SocketConfigurator;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one connection, one for each address that was tried: the handle that ends whatever waits for them.
 *
 * <p>The client's own ways to close a connection wait for locks that a write to a silent peer holds. Thread-safe.
 */
final class Sockets implements SocketConfigurator, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Sockets.class);

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    @Override
    public void configure(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        if (closed) {
            throw new IOException("No time is left");
        }
    }

    /** Closes all sockets at once; what was written and not yet sent is dropped. */
    @Override
    public void close() {
        closed = true;
        for (Socket socket : sockets) {
            try {
                if (!socket.isClosed()) {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            } catch (IOException e) {
                log.debug("A socket did not close cleanly", e);
            }
        }
    }
}
