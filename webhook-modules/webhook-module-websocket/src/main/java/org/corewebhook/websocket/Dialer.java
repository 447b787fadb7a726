package org.corewebhook.websocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.corewebhook.address.AddressGuard;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the host of one output, over TLS where the URL says so; hanging up ends whatever uses the connection.
 *
 * <p>Why not the client's own way: it takes one address only, and it closes a TLS socket by writing to it, which blocks
 * as long as the peer does not read. Thread-safe; connects once.
 */
final class Dialer extends SocketFactory {

    private final WebSocketOptions options;
    private final HostResolver resolver;
    private final long deadline;
    private final Object lock = new Object();
    private @Nullable Socket plain;
    private boolean hungUp;

    /** Connects until the deadline, in terms of {@link System#nanoTime()}. */
    Dialer(WebSocketOptions options, HostResolver resolver, long deadline) {
        this.options = options;
        this.resolver = resolver;
        this.deadline = deadline;
    }

    /** Returns a connection to the first address that takes one. */
    @Override
    public Socket createSocket() throws IOException {
        InetAddress[] addresses = resolve();
        IOException failure = new UnknownHostException(options.host());
        for (int i = 0; i < addresses.length; i++) {
            try {
                return secured(connect(addresses[i], remaining().dividedBy(addresses.length - i)));
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /** One address that must not be connected to stops them all. */
    private InetAddress[] resolve() throws IOException {
        InetAddress[] addresses = resolver.resolve(options.host());
        for (InetAddress address : addresses) {
            String refusal = AddressGuard.operatorUrls().refusal(address);
            if (refusal != null) {
                throw new IOException(options.host() + " must not be connected to: " + refusal);
            }
        }
        return addresses;
    }

    /** Always straight to the target: behind a proxy nobody would check the address. */
    private Socket connect(InetAddress address, Duration atMost) throws IOException {
        Socket socket = newSocket();
        try {
            socket.connect(new InetSocketAddress(address, options.port()), (int) Math.max(1, atMost.toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Socket newSocket() throws IOException {
        synchronized (lock) {
            if (hungUp) {
                throw new IOException("The connection is no longer wanted");
            }
            Socket socket = new Socket(Proxy.NO_PROXY);
            plain = socket;
            return socket;
        }
    }

    private Socket secured(Socket socket) throws IOException {
        if (!options.isSecure()) {
            return socket;
        }
        try {
            SSLSocketFactory tls = options.tls() == null ? defaultTls() : options.tls();
            SSLSocket secured = (SSLSocket) tls.createSocket(socket, options.host(), options.port(), true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the host name must be in the certificate
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static SSLSocketFactory defaultTls() {
        return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }

    private Duration remaining() throws IOException {
        Duration remaining = Duration.ofNanos(deadline - System.nanoTime());
        if (remaining.isNegative() || remaining.isZero()) {
            throw new SocketTimeoutException("No time is left to connect");
        }
        return remaining;
    }

    /** Closes the connection at once, also one that is being opened, and below TLS, whose closing may block. */
    void hangUp() {
        synchronized (lock) {
            hungUp = true;
            try {
                if (plain != null) {
                    plain.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }
}
