package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews an instance's lease by the database's clock, on a thread and a connection of its own, three times while it
 * lasts. Thread-safe.
 */
final class Lease implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    private static final String UNTIL = "clock_timestamp() + ? * interval '1 millisecond'";
    private static final String REGISTER =
            "INSERT INTO instance(name, lease_until) VALUES(?, " + UNTIL + ") RETURNING number";
    private static final String RENEW = "UPDATE instance SET lease_until = " + UNTIL + " WHERE number = ? AND NOT gone";
    private static final long MAX_PAUSE_WHEN_FAILING_MILLIS = 1000;
    private static final long CLOSING_SECONDS = 20;

    private final PostgresDatabase database;
    private final Instance instance;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable Connection connection;
    private boolean failing;

    private Lease(PostgresDatabase database, Instance instance) {
        this.database = database;
        this.instance = instance;
        this.thread = new Thread(this::run, "webhook-store-lease");
        this.thread.setDaemon(true);
    }

    /** Registers the instance and keeps it alive. */
    static Lease begin(PostgresDatabase database, Instance instance) throws SQLException {
        Lease lease = new Lease(database, instance);
        lease.register(lease.open());
        lease.thread.start();
        return lease;
    }

    private void run() {
        long third = instance.lease().toMillis() / 3;
        long pause = third;
        while (!closed(pause)) {
            try {
                renew(open());
                pause = third;
                if (failing) {
                    log.info("Instance {} has renewed its lease again: {}", instance.number(), database.location());
                }
                failing = false;
            } catch (SQLException e) {
                disconnect();
                pause = Math.min(third, MAX_PAUSE_WHEN_FAILING_MILLIS);
                if (!failing) {
                    log.warn(
                            "Instance {} cannot renew its lease, it stops delivering before others take its work over:"
                                    + " {}",
                            instance.number(),
                            database.explained(e).getMessage(),
                            e);
                }
                failing = true;
            }
        }
        leave();
        disconnect();
    }

    private boolean closed(long afterMillis) {
        try {
            return closing.await(afterMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            log.warn("The thread of the lease was interrupted; it ends with close() only", e);
            return false;
        }
    }

    private void renew(Connection open) throws SQLException {
        long before = System.nanoTime();
        int renewed;
        try (PreparedStatement update = open.prepareStatement(RENEW)) {
            update.setLong(1, instance.lease().toMillis());
            update.setInt(2, instance.number());
            renewed = update.executeUpdate();
        }
        if (renewed > 0) {
            instance.renewed(before);
        } else {
            log.warn("Others have taken over the work of instance {}: it starts afresh", instance.number());
            register(open);
        }
    }

    private void register(Connection open) throws SQLException {
        long before = System.nanoTime();
        try (PreparedStatement insert = open.prepareStatement(REGISTER)) {
            insert.setString(1, "pid " + ProcessHandle.current().pid());
            insert.setLong(2, instance.lease().toMillis());
            try (ResultSet number = insert.executeQuery()) {
                number.next();
                instance.registered(number.getInt(1));
            }
        }
        instance.renewed(before);
    }

    /** Leaves what is not delivered to the others at once. */
    private void leave() {
        try {
            Connection open = open();
            try (PreparedStatement lanes = open.prepareStatement("UPDATE lane SET owner = NULL WHERE owner = ?");
                    PreparedStatement gone =
                            open.prepareStatement("UPDATE instance SET gone = TRUE WHERE number = ?")) {
                lanes.setInt(1, instance.number());
                lanes.executeUpdate();
                gone.setInt(1, instance.number());
                gone.executeUpdate();
            }
        } catch (SQLException e) {
            log.warn(
                    "Instance {} cannot hand its work over, it is taken over when its lease ends: {}",
                    instance.number(),
                    database.explained(e).getMessage(),
                    e);
        }
    }

    private Connection open() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = database.connect();
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            log.debug("The connection did not close cleanly", e);
        }
        connection = null;
    }

    /** Hands the instance's work over and ends. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSING_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.warn("Interrupted while the work was handed over", e);
        }
    }
}
