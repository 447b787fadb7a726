package org.corewebhook;

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

    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ThreadLocal<byte[]> POOL = ThreadLocal.withInitial(() -> new byte[8 * 64]);
    private static final ThreadLocal<int[]> POSITION = ThreadLocal.withInitial(() -> new int[] {8 * 64});

    /** Milliseconds in the upper 52 bits, the counter in the lower 12. */
    private final AtomicLong last = new AtomicLong();

    String next(long epochMillis) {
        long now = epochMillis << 12;
        long stamp = last.updateAndGet(previous -> Math.max(previous + 1, now));
        long high = ((stamp >>> 12) << 16) | 0x7000 | (stamp & 0xFFF);
        long low = (random() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return format(high, low);
    }

    /** Draws eight bytes from a pool that is refilled in one go: the generator is costly per call. */
    private static long random() {
        byte[] pool = POOL.get();
        int[] position = POSITION.get();
        if (position[0] == pool.length) {
            RANDOM.nextBytes(pool);
            position[0] = 0;
        }
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = (value << 8) | (pool[position[0]++] & 0xFF);
        }
        return value;
    }

    private static String format(long high, long low) {
        char[] text = new char[36];
        int position = 0;
        for (int i = 0; i < 32; i++) {
            if (i == 8 || i == 12 || i == 16 || i == 20) {
                text[position++] = '-';
            }
            long half = i < 16 ? high : low;
            text[position++] = HEX[(int) (half >>> (60 - 4 * (i & 15))) & 0xF];
        }
        return new String(text);
    }
}
