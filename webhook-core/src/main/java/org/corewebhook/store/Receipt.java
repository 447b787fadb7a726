package org.corewebhook.store;

/**
 * The mark that one webhook leaves, so that it is recognised when its sender repeats it.
 *
 * @param key stands for the endpoint and the sender's id of the event: a digest, of one length for all
 * @param expiresAtMillis until when it is remembered
 */
public record Receipt(String key, long expiresAtMillis) {

    /** Where a webhook stands that may have come before. */
    public enum Standing {
        /** It has not been accepted before, or so long ago that this is forgotten. */
        NEW,
        /** It is being received at this moment, here or by another instance. */
        IN_FLIGHT,
        /** It was accepted before. */
        ACCEPTED
    }
}
