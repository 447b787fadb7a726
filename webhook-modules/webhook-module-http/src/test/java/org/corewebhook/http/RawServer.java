package org.corewebhook.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A server on the loopback address that speaks as badly as a test wants. */
final class RawServer implements AutoCloseable {

    /** What happens on one connection; it is closed afterwards. */
    interface Script {
        void run(Socket socket) throws Exception;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final Script script;

    RawServer(Script script) throws IOException {
        this.script = script;
        executor.execute(this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                sockets.add(socket);
                executor.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(socket);
        } catch (Exception e) {
            // The client has gone, which is what most scripts are about.
            sockets.remove(socket);
        }
    }

    /** Reads to the end of a request without a body, or at least to what has come with its head. */
    static void readHead(Socket socket) throws IOException {
        int ends = 0;
        while (ends < 4) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("The client has gone");
            }
            ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
        }
    }

    /** Writes one byte every 20 ms until the client has gone. */
    static void trickle(Socket socket, byte next) throws IOException {
        OutputStream out = socket.getOutputStream();
        while (true) {
            out.write(next);
            LockSupport.parkNanos(20_000_000);
        }
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        executor.shutdownNow();
    }
}
