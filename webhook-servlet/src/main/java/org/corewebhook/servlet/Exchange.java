package org.corewebhook.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.corewebhook.RequestHandler;
import org.corewebhook.WebhookResponse;
import org.corewebhook.body.RequestBody;
import org.jspecify.annotations.Nullable;

/** One request and its answer, between the container and the handler. Thread-safe. */
final class Exchange {

    private final RequestHandler handler;
    private final @Nullable Suspension suspension;
    private final Semaphore slowDrains = new Semaphore(UploadStream.MAX_SLOW_DRAINS);

    Exchange(RequestHandler handler, @Nullable Suspension suspension) {
        this.handler = handler;
        this.suspension = suspension;
    }

    /**
     * Answers the request if the handler owns its path; otherwise touches nothing and returns false. Where the
     * container allows it, the answer may be written after this has returned, so that no thread waits for a disk.
     */
    boolean answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = ServletRequests.path(request);
        if (!handler.owns(path)) {
            return false;
        }
        UploadStream upload = new UploadStream(request, slowDrains);
        RequestBody body = RequestBody.of(upload, request.getContentLengthLong());
        if (request.isAsyncSupported()) {
            PendingAnswer pending = new PendingAnswer(suspension);
            handler.handle(ServletRequests.read(request, path, body), pending);
            pending.writeNowOrLater(request, response, upload);
        } else {
            WebhookResponse answer = handler.handle(ServletRequests.read(request, path, body));
            ServletResponses.write(answer, response, !PendingAnswer.isTooSlow(answer) && upload.drain());
        }
        return true;
    }
}
