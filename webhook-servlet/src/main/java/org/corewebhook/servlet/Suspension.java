package org.corewebhook.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Consumer;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/**
 * A container's own way to let go of an exchange whose answer is not known yet, where it costs less than
 * {@link jakarta.servlet.AsyncContext}. Thread-safe.
 */
@FunctionalInterface
public interface Suspension {

    /**
     * Ends the exchange as far as the container is concerned and returns who sends the answer once it is known; or
     * touches nothing and returns null, if this exchange has to wait in the way of all containers. Called on the
     * request's thread when the request has been read to its end and nothing of the answer was written.
     *
     * <p>What it returns is called once, on any thread, and must neither block nor throw.
     *
     * @throws IOException if the exchange cannot go on; then it is over
     */
    @Nullable
    Consumer<WebhookResponse> suspend(HttpServletRequest request, HttpServletResponse response) throws IOException;
}
