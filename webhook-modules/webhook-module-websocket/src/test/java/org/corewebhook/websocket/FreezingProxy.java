package org.corewebhook.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Forwards connections to a port of this machine until they are frozen: then they stay open and nothing gets through.
 */
final class FreezingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final List<Route> routes = new CopyOnWriteArrayList<>();

    FreezingProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Freezes the connections of now; those that come later work. */
    void freezeWhatIsOpen() {
        routes.forEach(route -> route.frozen = true);
    }

    /** Tells whether our side has ended the frozen connections before long. */
    boolean awaitEndOfWhatWasFrozen() {
        return Await.until(() -> routes.stream().allMatch(route -> !route.frozen || route.ended), ended -> ended);
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Route route = new Route(server.accept(), new Socket(InetAddress.getLoopbackAddress(), target));
            routes.add(route);
            start(() -> route.pump(route.client, route.peer));
            start(() -> route.pump(route.peer, route.client));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Route route : routes) {
            route.client.close();
            route.peer.close();
        }
    }

    private static final class Route {
        private final Socket client;
        private final Socket peer;
        private volatile boolean frozen;
        private volatile boolean ended;

        Route(Socket client, Socket peer) {
            this.client = client;
            this.peer = peer;
        }

        void pump(Socket from, Socket to) throws IOException {
            byte[] buffer = new byte[8192];
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!frozen) {
                    out.write(buffer, 0, read);
                }
            }
            ended = true;
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        Thread.currentThread().interrupt(); // closed: the thread ends
                    }
                },
                "freezing-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
