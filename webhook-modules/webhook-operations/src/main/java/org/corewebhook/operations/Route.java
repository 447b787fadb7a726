package org.corewebhook.operations;

import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;

/** Answers GET requests to one path. Thread-safe. */
interface Route {

    WebhookResponse get(WebhookRequest request);
}
