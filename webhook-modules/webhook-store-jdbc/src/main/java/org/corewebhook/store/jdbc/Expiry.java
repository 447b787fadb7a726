package org.corewebhook.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.corewebhook.store.StoreException;

/**
 * Forgets receipts and delivered events whose time has come, and makes rows of events that wait in the journal: a few
 * at a time beside other work, so that nobody waits for it. Used by the writer only.
 */
final class Expiry implements Work {

    private static final int MAX_RECEIPTS = 500;
    private static final int MAX_DELIVERIES = 200;
    private static final long PAUSE_MILLIS = 1000;
    private static final long PAUSE_WHILE_THERE_IS_MORE_MILLIS = 10;

    private final Clock clock;
    private long nextNanos = System.nanoTime();
    private boolean thereIsMore;

    Expiry(Clock clock) {
        this.clock = clock;
    }

    private record Delivery(int owner, int lane, long sequence) {}

    boolean isDue() {
        return System.nanoTime() - nextNanos >= 0;
    }

    /** Returns how long the writer may wait for other work. */
    long millisUntilDue() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nextNanos - System.nanoTime()) + 1);
    }

    @Override
    public void write(Transaction transaction) throws SQLException {
        transaction.moveOld();
        long now = clock.millis();
        int receipts = transaction.receipts().expire(now, MAX_RECEIPTS);
        List<Delivery> deliveries = expired(transaction, now);
        for (Delivery delivery : deliveries) {
            transaction.forget(delivery.owner(), delivery.lane(), delivery.sequence());
        }
        thereIsMore = receipts == MAX_RECEIPTS || deliveries.size() == MAX_DELIVERIES;
    }

    private static List<Delivery> expired(Transaction transaction, long now) throws SQLException {
        List<Delivery> deliveries = new ArrayList<>();
        try (PreparedStatement select = transaction
                .connection()
                .prepareStatement("SELECT owner, lane, seq FROM delivery WHERE state = " + Transaction.DONE
                        + " AND next_at <= ? ORDER BY next_at LIMIT " + MAX_DELIVERIES)) {
            select.setLong(1, now);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    deliveries.add(new Delivery(rows.getInt(1), rows.getInt(2), rows.getLong(3)));
                }
            }
        }
        return deliveries;
    }

    @Override
    public void committed() {
        pause(thereIsMore ? PAUSE_WHILE_THERE_IS_MORE_MILLIS : PAUSE_MILLIS);
    }

    @Override
    public boolean failed(StoreException failure) {
        pause(PAUSE_MILLIS);
        return false;
    }

    @Override
    public long bytes() {
        return 0;
    }

    private void pause(long millis) {
        nextNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
