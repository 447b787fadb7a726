package org.corewebhook.store;

import java.util.Locale;

/** Where a stored delivery stands. */
public enum DeliveryState {
    /** Not tried yet. */
    FRESH,
    /** Not tried yet, because an earlier one of the same ordering key has not ended. */
    HELD,
    /** Tried in vain, waits for its next attempt. */
    WAITING,
    /** Given up; kept until an operator replays or purges it. */
    DEAD,
    /** Delivered; kept for a while because its endpoint asks for it. */
    DONE;

    /** Returns the value as operators write and read it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
