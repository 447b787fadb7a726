package org.corewebhook.configuration;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lengths of time and numbers of bytes as people write them. */
final class Quantities {

    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");
    private static final Map<String, Long> MILLIS =
            Map.of("", 1000L, "ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES = Map.of(
            "",
            1L,
            "b",
            1L,
            "kb",
            1000L,
            "mb",
            1_000_000L,
            "gb",
            1_000_000_000L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30);
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE / 1_000_000);

    private Quantities() {}

    static @Nullable Duration duration(String text) {
        BigDecimal millis = parse(text, MILLIS);
        return millis == null ? null : Duration.ofNanos(millis.movePointRight(6).longValue());
    }

    static @Nullable Long bytes(String text) {
        BigDecimal bytes = parse(text, BYTES);
        return bytes == null ? null : bytes.longValue();
    }

    /** Returns the shortest exact way to write a length of time. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            long size = MILLIS.getOrDefault(unit, 1L);
            if (millis != 0 && millis % size == 0) {
                return millis / size + unit;
            }
        }
        return millis + "ms";
    }

    private static @Nullable BigDecimal parse(String text, Map<String, Long> units) {
        Matcher matcher = QUANTITY.matcher(text.strip());
        if (!matcher.matches()) {
            return null;
        }
        Long unit = units.get(matcher.group(2).toLowerCase(Locale.ROOT));
        if (unit == null) {
            return null;
        }
        BigDecimal number = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        return number.compareTo(MAX) > 0 ? null : number;
    }
}
