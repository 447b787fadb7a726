package org.corewebhook;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes ids of events: UUIDs of version 7 (RFC 9562, 5.7), so that they sort by time.
 *
 * <p>Within this process each id is greater than the one before: the twelve bits after the milliseconds count up (6.2,
 * method 1), and run ahead of the clock when they overflow. Thread-safe. Ours because the core would need a library for
 * these few lines only.
 */
final class EventIds {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ThreadLocal<Pool> POOL = ThreadLocal.withInitial(Pool::new);

    /** Milliseconds in the upper 52 bits, the counter in the lower 12. */
    private final AtomicLong last = new AtomicLong();

    String next(long epochMillis) {
        long stamp = nextStamp(epochMillis << 12);
        long high = ((stamp >>> 12) << 16) | 0x7000 | (stamp & 0xFFF);
        long low = (random() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return format(high, low);
    }

    private long nextStamp(long now) {
        long previous = last.get();
        long stamp = Math.max(previous + 1, now);
        while (!last.compareAndSet(previous, stamp)) {
            previous = last.get();
            stamp = Math.max(previous + 1, now);
        }
        return stamp;
    }

    private static long random() {
        return POOL.get().next();
    }

    private static String format(long high, long low) {
        byte[] text = new byte[36];
        int position = 0;
        for (int i = 0; i < 32; i++) {
            if (i == 8 || i == 12 || i == 16 || i == 20) {
                text[position++] = '-';
            }
            long half = i < 16 ? high : low;
            text[position++] = HEX[(int) (half >>> (60 - 4 * (i & 15))) & 0xF];
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Random bytes that are drawn in one go: the generator is costly per call. */
    private static final class Pool {

        private final byte[] bytes = new byte[64 * Long.BYTES];
        private int position = bytes.length;

        long next() {
            if (position == bytes.length) {
                RANDOM.nextBytes(bytes);
                position = 0;
            }
            long value = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                value = (value << 8) | (bytes[position++] & 0xFF);
            }
            return value;
        }
    }
}
