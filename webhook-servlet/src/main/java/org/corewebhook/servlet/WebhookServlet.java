package org.corewebhook.servlet;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.corewebhook.RequestHandler;

/**
 * Mounts a receiver as a servlet, for applications that register servlets rather than filters; paths that the receiver
 * does not own are 404.
 *
 * <p>Map it to the receiver's mount path: {@code /webhook/*}. Does not close the receiver. Thread-safe.
 */
public final class WebhookServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient Exchange exchange;

    /** Makes a servlet for a {@link org.corewebhook.WebhookProcessor} or what is built around one. */
    public WebhookServlet(RequestHandler handler) {
        this.exchange = new Exchange(Objects.requireNonNull(handler, "handler"), null);
    }

    /** Makes a servlet for a container that lets go of unanswered exchanges in a way of its own. */
    public WebhookServlet(RequestHandler handler, Suspension suspension) {
        this.exchange = new Exchange(
                Objects.requireNonNull(handler, "handler"), Objects.requireNonNull(suspension, "suspension"));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!exchange.answer(request, response)) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }
}
