package org.corewebhook.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.corewebhook.WebhookResponse;

/** Writes our answer in one go, with its length. */
final class ServletResponses {

    private ServletResponses() {}

    static void write(WebhookResponse answer, HttpServletResponse response, boolean keepConnection) throws IOException {
        response.setContentLength(answer.body().length);
        fill(answer, response, keepConnection);
    }

    /**
     * Leaves the answer in the container's buffer. Containers send an answer of which they know that it is complete at
     * once, on the thread that writes; without a length they add it themselves when the exchange is over.
     */
    static void fill(WebhookResponse answer, HttpServletResponse response, boolean keepConnection) throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach(header -> response.addHeader(header.name(), header.value()));
        if (!keepConnection) {
            response.setHeader("Connection", "close");
        }
        response.getOutputStream().write(answer.body());
    }
}
