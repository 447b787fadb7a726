package org.corewebhook.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.corewebhook.RequestHandler;

/**
 * Mounts a receiver in a servlet container; requests to other paths pass on untouched, their body unread.
 *
 * <pre>{@code
 * var filter = servletContext.addFilter("webhooks", new WebhookFilter(processor));
 * filter.setAsyncSupported(true); // no thread waits while an event is stored
 * filter.addMappingForUrlPatterns(null, false, "/webhook/*");
 * }</pre>
 *
 * <p>Must come before filters that read parameters or bodies. Does not close the receiver. Thread-safe.
 */
public final class WebhookFilter implements Filter {

    private final Exchange exchange;

    /** Makes a filter for a {@link org.corewebhook.WebhookProcessor} or what is built around one. */
    public WebhookFilter(RequestHandler handler) {
        this.exchange = new Exchange(Objects.requireNonNull(handler, "handler"), null);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean answered = request instanceof HttpServletRequest httpRequest
                && response instanceof HttpServletResponse httpResponse
                && exchange.answer(httpRequest, httpResponse);
        if (!answered) {
            chain.doFilter(request, response);
        }
    }
}
