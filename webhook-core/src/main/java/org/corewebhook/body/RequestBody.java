package org.corewebhook.body;

import java.io.InputStream;
import java.time.Duration;

/** Where the bytes of a request come from; read at most once. */
public interface RequestBody {

    /** Returns the length that the sender announced, or -1. */
    long declaredLength();

    /**
     * Returns exactly the bytes that were sent.
     *
     * @throws BodyRefusedException if there are more than {@code maxBytes}, if the reservation cannot hold them, if
     *     they do not arrive within {@code timeout} or if the connection breaks
     */
    byte[] read(long maxBytes, Duration timeout, BodyBudget.Reservation reservation);

    /** Returns a body that is in memory already. */
    static RequestBody of(byte[] bytes) {
        return new BufferedBody(bytes);
    }

    /** Returns a body that is read from a stream; {@code declaredLength} is -1 if the sender did not say. */
    static RequestBody of(InputStream stream, long declaredLength) {
        return new StreamedBody(stream, declaredLength);
    }
}
