package org.corewebhook;

import java.util.function.Consumer;

/** Answers the requests below some paths; what an adapter (filter, servlet, any server) mounts. Thread-safe. */
public interface RequestHandler {

    /** Tells whether this handler answers requests to that raw path below the context path; others pass untouched. */
    boolean owns(String path);

    /** Returns the answer to a request whose path it owns; never throws for a bad request. */
    WebhookResponse handle(WebhookRequest request);

    /**
     * Answers as {@link #handle(WebhookRequest)} does, but need not keep a thread waiting until the answer is known.
     *
     * @param request what it reads of it, it reads before this method returns
     * @param sender is given the answer exactly once: before this method returns, or later on another thread, which it
     *     must not block
     */
    default void handle(WebhookRequest request, Consumer<WebhookResponse> sender) {
        sender.accept(handle(request));
    }
}
