package org.corewebhook.signature;

import java.time.Duration;
import org.corewebhook.signature.scheme.SignatureFailure;
import org.jspecify.annotations.Nullable;

/**
 * What came of a verification. For the application and its operator: tell a sender no more than yes or no.
 *
 * @param failure why the request is not proven, or null if it is
 * @param detail the reason in words, without anything secret; empty if the request is proven
 * @param keyLabel which key is the right one, or null if none of the endpoint's is
 * @param age how old the signature is by our clock, negative if it lies ahead; null if it has no time or is wrong
 */
public record Verdict(
        @Nullable SignatureFailure failure,
        String detail,
        @Nullable String keyLabel,
        @Nullable Duration age) {

    /** Tells whether the request comes from who has the key, and as it was sent. */
    public boolean verified() {
        return failure == null;
    }
}
