package org.corewebhook.address;

/** Reads the small numbers of addresses: ASCII digits, no sign, no leading zero (some read 010 as eight). */
final class Decimals {

    private Decimals() {}

    /** Returns the number that stands between the two positions, or -1 if it is none or above {@code max}. */
    static int parse(String text, int from, int to, int max) {
        int length = to - from;
        if (length < 1 || length > 5 || (length > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            value = value * 10 + (digit - '0');
        }
        return value <= max ? value : -1;
    }
}
