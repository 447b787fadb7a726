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
        response.flushBuffer();
    }

    /**
     * Leaves the answer in the container's buffer. Containers send an answer whose length they know to be complete at
     * once, on the thread that writes; without, they add the length themselves when the exchange is over.
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
