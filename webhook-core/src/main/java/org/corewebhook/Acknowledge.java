package org.corewebhook;

import java.util.Locale;

/** What has happened to an event when its sender gets the 200, and so what can be lost afterwards. */
public enum Acknowledge {
    /**
     * The event is durable: synchronised to the disk or committed by the database. Nothing that was answered 200 can be
     * lost: it reaches its destinations, or the dead letters. Needs an {@link org.corewebhook.store.EventStore}.
     */
    STORED,
    /**
     * Every destination has confirmed. Nothing that was answered 200 can be lost; else the sender gets 503 with
     * {@code Retry-After} and the event is withdrawn.
     */
    DELIVERED,
    /** The event is valid and waits in memory; a crash loses what waits. */
    RECEIVED;

    /** Returns the value as it stands in {@code webhooks.json}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
