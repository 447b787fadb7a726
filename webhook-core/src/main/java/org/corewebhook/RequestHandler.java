package org.corewebhook;

/** Answers the requests below some paths; what an adapter (filter, servlet, any server) mounts. Thread-safe. */
public interface RequestHandler {

    /** Tells whether this handler answers requests to that raw path below the context path; others pass untouched. */
    boolean owns(String path);

    /** Returns the answer to a request whose path it owns; never throws for a bad request. */
    WebhookResponse handle(WebhookRequest request);
}
