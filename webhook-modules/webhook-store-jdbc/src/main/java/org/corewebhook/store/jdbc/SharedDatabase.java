package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.corewebhook.store.EventStore.Backlog;
import org.corewebhook.store.EventStore.TakeOver;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How instances divide the work that a PostgreSQL database holds. Thread-safe. */
final class SharedDatabase implements Sharing {

    private static final Logger log = LoggerFactory.getLogger(SharedDatabase.class);

    private static final long MAX_PAUSE_MILLIS = 500;

    private final PostgresDatabase database;
    private final Instance instance;
    private final Lease lease;
    private final Orphans orphans;
    private final LaneTurns laneTurns;
    private @Nullable Connection connection;
    private boolean left;

    SharedDatabase(PostgresDatabase database, Instance instance, Lease lease, Clock clock) {
        this.database = database;
        this.instance = instance;
        this.lease = lease;
        this.orphans = new Orphans(instance, clock);
        this.laneTurns = new LaneTurns(database, instance, clock);
    }

    /** Takes over what instances have left that are gone: lanes then find it as if it had always been their own. */
    SharedDatabase start() throws SQLException {
        try {
            orphans.adoptAtStart(open());
            return this;
        } catch (SQLException e) {
            leave();
            throw e;
        }
    }

    @Override
    public boolean register(String lane, boolean inOrder) {
        return instance.register(lane, inOrder);
    }

    @Override
    public boolean mayDeliver(String lane) {
        return instance.mayDeliver(lane);
    }

    @Override
    public Duration takeOverEvery() {
        return Duration.ofMillis(Math.min(MAX_PAUSE_MILLIS, instance.lease().toMillis() / 6));
    }

    @Override
    public synchronized TakeOver takeOver() throws StoreException {
        if (left) {
            return TakeOver.NOTHING;
        }
        if (instance.startsAfresh()) {
            return TakeOver.AFRESH;
        }
        try {
            Connection open = open();
            List<Backlog> adopted = orphans.adopt(open);
            List<Backlog> turns = laneTurns.claim(open);
            List<Backlog> news = laneTurns.news(open);
            instance.told();
            return new TakeOver(false, adopted, turns, news);
        } catch (SQLException e) {
            instance.lostTrack();
            disconnect();
            throw database.explained(e);
        }
    }

    @Override
    public void leave() {
        synchronized (this) {
            left = true;
            disconnect();
        }
        lease.close();
    }

    private Connection open() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = database.connect();
            open.setAutoCommit(false);
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
}
