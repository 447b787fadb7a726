package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.InflaterInputStream;

/** Reads the calls in jobs of RQ. */
final class RqCalls {

    private RqCalls() {}

    static String inflated(byte[] data) {
        try {
            return new String(new InflaterInputStream(new ByteArrayInputStream(data)).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
