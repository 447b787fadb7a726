package org.corewebhook.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that the request's thread writes if it is there in time, and else whoever brings it. Used by the request's
 * thread and one other.
 */
final class PendingAnswer implements Consumer<WebhookResponse> {

    private static final Logger log = LoggerFactory.getLogger(PendingAnswer.class);

    /** Null, the answer, or the {@link Suspended} exchange that waits for it: what comes second does the writing. */
    private final AtomicReference<@Nullable Object> first = new AtomicReference<>();

    /** An exchange whose thread has gone. */
    private record Suspended(AsyncContext context, HttpServletResponse response, boolean keepConnection) {

        /** Leaves it to the container to send what is in its buffer: nothing here waits for the sender. */
        void complete(WebhookResponse answer) {
            try {
                ServletResponses.fill(answer, response, keepConnection);
            } catch (IOException e) {
                log.debug("The sender went away before it was answered", e);
            } finally {
                context.complete();
            }
        }
    }

    @Override
    public void accept(WebhookResponse answer) {
        if (!first.compareAndSet(null, answer) && first.get() instanceof Suspended suspended) {
            suspended.complete(answer);
        }
    }

    /** Writes the answer if it is known; otherwise lets go of the thread until it is. */
    void writeNowOrLater(HttpServletRequest request, HttpServletResponse response, UploadStream upload)
            throws IOException {
        boolean keepConnection = !isTooSlow(first.get()) && upload.drain();
        if (first.get() instanceof WebhookResponse answer) {
            ServletResponses.write(answer, response, keepConnection);
            return;
        }
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(0); // the store always decides, and the wait for destinations has an end of its own
        Suspended suspended = new Suspended(context, response, keepConnection);
        if (!first.compareAndSet(null, suspended) && first.get() instanceof WebhookResponse answer) {
            suspended.complete(answer);
        }
    }

    /** A sender that was too slow is not waited for once more. */
    static boolean isTooSlow(@Nullable Object answer) {
        return answer instanceof WebhookResponse response && response.status() == 408;
    }
}
