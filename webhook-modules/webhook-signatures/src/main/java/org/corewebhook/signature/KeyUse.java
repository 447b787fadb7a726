package org.corewebhook.signature;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much a key is used; holds nothing secret.
 *
 * @param label what the key is called
 * @param matches how many requests it has proven
 * @param lastMatch when it last proved one, or null
 */
public record KeyUse(String label, long matches, @Nullable Instant lastMatch) {}
