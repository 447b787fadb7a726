package org.corewebhook.payload;

/**
 * How large the parts of a JSON payload may be. Immutable.
 *
 * @param maxDepth how deep values may be nested; the outermost value is at level 0, {@value #DEFAULT_MAX_DEPTH} by
 *     default
 * @param maxStringChars how many characters (code points) a string value may have, {@value #DEFAULT_MAX_STRING_CHARS}
 *     by default; keys are exempt
 */
public record PayloadLimits(int maxDepth, int maxStringChars) {

    /** The default for {@link #maxDepth()}. */
    public static final int DEFAULT_MAX_DEPTH = 50;

    /** The default for {@link #maxStringChars()}. */
    public static final int DEFAULT_MAX_STRING_CHARS = 1_048_576;

    /** Makes limits, which must not be negative. */
    public PayloadLimits {
        if (maxDepth < 0 || maxStringChars < 0) {
            throw new IllegalArgumentException("A limit must not be negative");
        }
    }

    /** Returns the limits that hold unless others are set. */
    public static PayloadLimits defaults() {
        return new PayloadLimits(DEFAULT_MAX_DEPTH, DEFAULT_MAX_STRING_CHARS);
    }
}
