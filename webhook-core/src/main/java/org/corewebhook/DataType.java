package org.corewebhook;

/** What an endpoint takes: {@code data_type} in {@code webhooks.json}. */
public enum DataType {
    /** One JSON value in UTF-8 (RFC 8259). */
    JSON,
    /** Any bytes, also none. */
    BLOB
}
