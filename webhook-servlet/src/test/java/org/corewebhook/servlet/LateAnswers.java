package org.corewebhook.servlet;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.corewebhook.RequestHandler;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;

/**
 * A receiver whose answers come from another thread: at once, so that they race with the request's, or a little later.
 */
final class LateAnswers implements RequestHandler {

    private final RequestHandler receiver;

    LateAnswers(RequestHandler receiver) {
        this.receiver = receiver;
    }

    @Override
    public boolean owns(String path) {
        return receiver.owns(path);
    }

    @Override
    public WebhookResponse handle(WebhookRequest request) {
        throw new AssertionError("A thread waits for an answer");
    }

    @Override
    public void handle(WebhookRequest request, Consumer<WebhookResponse> sender) {
        WebhookResponse answer = receiver.handle(request);
        long delay = ThreadLocalRandom.current().nextInt(3) * TimeUnit.MILLISECONDS.toNanos(7);
        Thread thread = new Thread(() -> {
            LockSupport.parkNanos(delay);
            sender.accept(answer);
        });
        thread.start();
    }
}
