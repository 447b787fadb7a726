package org.corewebhook.clickhouse;

import org.corewebhook.spi.DeliveryException;

/** Thrown when ClickHouse has answered with an error. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient ClickHouseError error;
    private final DeliveryException failure;

    RefusedException(ClickHouseError error, DeliveryException failure) {
        super(failure.getMessage());
        this.error = error;
        this.failure = failure;
    }

    ClickHouseError error() {
        return error;
    }

    DeliveryException failure() {
        return failure;
    }
}
