package org.corewebhook.delivery;

import org.corewebhook.WebhookEvent;

/** One event on its way to one destination. Guarded by its lane's lock. */
final class Delivery {

    final WebhookEvent event;
    final Ticket ticket;
    final long acceptedAtMillis;
    final long deadlineMillis;
    int attempts;

    Delivery(WebhookEvent event, Ticket ticket, long acceptedAtMillis, long deadlineMillis) {
        this.event = event;
        this.ticket = ticket;
        this.acceptedAtMillis = acceptedAtMillis;
        this.deadlineMillis = deadlineMillis;
    }
}
