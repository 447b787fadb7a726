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

    private final @Nullable Suspension suspension;

    /** Null, the answer, or the {@link Suspended} exchange that waits for it: what comes second does the writing. */
    private final AtomicReference<@Nullable Object> first = new AtomicReference<>();

    /** Lets go of exchanges in this way where it can, else in that of all containers. */
    PendingAnswer(@Nullable Suspension suspension) {
        this.suspension = suspension;
    }

    /** An exchange whose thread has gone, and who sends its answer. */
    private record Suspended(Consumer<WebhookResponse> sender) {}

    /** An exchange that the container keeps until it is answered. */
    private record Kept(AsyncContext context, HttpServletResponse response, boolean keepConnection)
            implements Consumer<WebhookResponse> {

        /** Leaves it to the container to send what is in its buffer: nothing here waits for the sender. */
        @Override
        public void accept(WebhookResponse answer) {
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
            suspended.sender().accept(answer);
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
        Consumer<WebhookResponse> sender =
                suspension == null || !keepConnection ? null : suspension.suspend(request, response);
        if (sender == null) {
            sender = keep(request, response, keepConnection);
        }
        if (!first.compareAndSet(null, new Suspended(sender)) && first.get() instanceof WebhookResponse answer) {
            sender.accept(answer);
        }
    }

    private static Consumer<WebhookResponse> keep(
            HttpServletRequest request, HttpServletResponse response, boolean keepConnection) {
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(0); // the store always decides, and the wait for destinations has an end of its own
        return new Kept(context, response, keepConnection);
    }

    /** A sender that was too slow is not waited for once more. */
    static boolean isTooSlow(@Nullable Object answer) {
        return answer instanceof WebhookResponse response && response.status() == 408;
    }
}
