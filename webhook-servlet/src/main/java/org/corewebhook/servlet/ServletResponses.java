package org.corewebhook.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.corewebhook.WebhookResponse;

/** Writes our answer in one go, with its length. */
final class ServletResponses {

    private ServletResponses() {}

    static void write(WebhookResponse answer, HttpServletResponse response, boolean keepConnection) throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach(header -> response.addHeader(header.name(), header.value()));
        if (!keepConnection) {
            response.setHeader("Connection", "close");
        }
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
        response.flushBuffer();
    }
}
