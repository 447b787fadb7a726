package org.corewebhook;

/**
 * Is told what becomes of requests, for statistics and metrics.
 *
 * <p>Called on the request's thread, by many threads at once; must be quick. What it throws is logged and changes
 * nothing.
 */
public interface WebhookObserver {

    /**
     * Called after a webhook was accepted and before it is answered.
     *
     * @param event what was accepted
     * @param label what it counts under: the endpoint's id, behind the namespace of the path if there is one
     */
    void accepted(WebhookEvent event, String label);
}
