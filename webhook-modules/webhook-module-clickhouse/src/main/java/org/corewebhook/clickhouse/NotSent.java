package org.corewebhook.clickhouse;

import java.net.ConnectException;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.corewebhook.spi.DeliveryException;

/** Tells failures before a request was sent from those that leave open what became of it. */
final class NotSent {

    private NotSent() {}

    static boolean isReasonOf(DeliveryException failure) {
        Throwable cause = failure.getCause();
        return cause instanceof ConnectException
                || cause instanceof ConnectTimeoutException
                || cause instanceof UnknownHostException;
    }
}
