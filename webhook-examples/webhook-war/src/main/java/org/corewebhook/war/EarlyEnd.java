package org.corewebhook.war;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Enumeration;
import java.util.function.Consumer;
import org.corewebhook.WebhookResponse;
import org.corewebhook.servlet.Suspension;
import org.jspecify.annotations.Nullable;

/**
 * Ends an exchange for Tomcat before its answer is known, and sends that past Tomcat. Thread-safe.
 *
 * <p>An exchange that waits for the store in Tomcat keeps its dozens of objects: by the time it goes on they are in no
 * cache any more, and those of the next request are others.
 */
final class EarlyEnd implements Suspension {

    @Override
    public @Nullable Consumer<WebhookResponse> suspend(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        OwedAnswers connection = RequestThreads.served();
        if (connection == null
                || !request.getProtocol().equals("HTTP/1.1")
                || request.getMethod().equals("HEAD")) {
            return null;
        }
        Enumeration<String> options = request.getHeaders("Connection");
        boolean asksToKeep = options.hasMoreElements();
        if (asksToKeep && (!options.nextElement().equalsIgnoreCase("keep-alive") || options.hasMoreElements())) {
            return null;
        }
        return connection.suspend(() -> end(response), asksToKeep);
    }

    private static void end(HttpServletResponse response) throws IOException {
        response.setContentLength(0);
        response.getOutputStream().close();
    }
}
