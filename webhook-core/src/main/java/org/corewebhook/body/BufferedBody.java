package org.corewebhook.body;

import java.time.Duration;

/** A body that the caller holds: it costs no memory that we could count. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BufferedBody(byte[] bytes) implements RequestBody {

    @Override
    public long declaredLength() {
        return bytes.length;
    }

    @Override
    public byte[] read(long maxBytes, Duration timeout, BodyBudget.Reservation reservation) {
        if (bytes.length > maxBytes) {
            throw BodyRefusedException.tooLarge(bytes.length, maxBytes);
        }
        return bytes;
    }
}
