package org.corewebhook.spi;

/** When a validator runs; the stages of an endpoint run in this order, and the first refusal ends it. */
public enum ValidationStage {
    /** Looks at the network address. */
    ADDRESS,
    /** Looks at a credential in headers or query and proves the sender without reading the body. */
    CREDENTIALS,
    /** Needs the body to prove the sender. */
    SIGNATURE,
    /** Counts requests of senders that are proven. */
    RATE,
    /** Looks at what a proven sender sent. */
    PAYLOAD
}
