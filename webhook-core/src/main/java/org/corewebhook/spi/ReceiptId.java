package org.corewebhook.spi;

/**
 * What a sender calls one event, the same in every repetition of it.
 *
 * @param value the id as sent
 * @param signed the signature covers it; if not, anybody who has seen one event could give it another id, so that it is
 *     only trusted together with a hash of the body
 */
public record ReceiptId(String value, boolean signed) {}
