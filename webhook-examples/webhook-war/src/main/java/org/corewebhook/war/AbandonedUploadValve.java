package org.corewebhook.war;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Keeps Tomcat from reading the rest of an upload that was refused and whose connection ends: its thread would wait for
 * a sender that may never go on, and {@code maxSwallowSize} counts only what has come. Thread-safe.
 */
final class AbandonedUploadValve extends ValveBase {

    AbandonedUploadValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        if (!request.isAsync() && "close".equalsIgnoreCase(response.getHeader("Connection"))) {
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }
}
