package org.corewebhook.spi;

import java.util.Objects;
import org.corewebhook.ReceiverHealth;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One entry of {@code connections.json}: opened on first use, shared by all endpoints that name it, closed once.
 *
 * <p>Thread-safe.
 */
public final class SharedConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedConnection.class);

    private final String name;
    private final String type;
    private final ConnectionProvider.Opener opener;
    private final Object lock = new Object();
    private @Nullable AutoCloseable client;
    private @Nullable String lastError;
    private boolean closed;

    /** Makes a connection that is not open yet. */
    public SharedConnection(String name, String type, ConnectionProvider.Opener opener) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
        this.opener = Objects.requireNonNull(opener, "opener");
    }

    /** Returns the name in {@code connections.json}. */
    public String name() {
        return name;
    }

    /** Returns the type in {@code connections.json}. */
    public String type() {
        return type;
    }

    /** Returns the client, opened on the first call. */
    public <C> C client(Class<C> kind) throws DeliveryException {
        synchronized (lock) {
            if (closed) {
                throw DeliveryException.retryable("Connection " + name + " is closed", null);
            }
            AutoCloseable open = client;
            if (open == null) {
                open = open();
                client = open;
                log.info("Opened connection {} ({})", name, type);
            }
            return kind.cast(open);
        }
    }

    /** Tells whether it has been opened. */
    public boolean isOpen() {
        synchronized (lock) {
            return client != null;
        }
    }

    /** Returns how the connection is doing; does not open it. */
    public ReceiverHealth.ConnectionHealth health() {
        synchronized (lock) {
            String state = client != null ? "open" : lastError == null ? "unused" : "failing";
            return new ReceiverHealth.ConnectionHealth(name, type, state, lastError);
        }
    }

    /** Returns what opens clients, for a service that keeps one of its own. */
    public ConnectionProvider.Opener opener() {
        return opener;
    }

    /** Closes the client, if there is one; later uses fail. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            AutoCloseable open = client;
            client = null;
            if (open == null) {
                return;
            }
            try {
                open.close();
            } catch (Exception e) {
                log.warn("Connection {} ({}) did not close cleanly", name, type, e);
            }
        }
    }

    private AutoCloseable open() throws DeliveryException {
        try {
            AutoCloseable opened = opener.open();
            lastError = null;
            return opened;
        } catch (DeliveryException e) {
            lastError = String.valueOf(e.getMessage());
            throw e;
        }
    }

    @Override
    public String toString() {
        return name + " (" + type + ")";
    }
}
