package org.corewebhook.war;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the errors that Tomcat finds before a request reaches us as we write ours: a problem document, no page. */
public final class ProblemReportValve extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ProblemReportValve.class);

    /** Made by Tomcat. */
    public ProblemReportValve() {}

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        if (failure != null && status >= 500) {
            log.error("A request failed", failure);
        }
        WebhookResponse problem = WebhookResponse.problem(kind(status), detail(status));
        try {
            response.setContentType("application/problem+json");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("X-Frame-Options", "DENY");
            response.getOutputStream().write(problem.body());
            response.finishResponse();
        } catch (IOException e) {
            log.debug("The sender went away before it was answered", e);
        }
    }

    private static ErrorKind kind(int status) {
        for (ErrorKind kind : ErrorKind.values()) {
            if (kind.status() == status) {
                return kind;
            }
        }
        return status < 500 ? ErrorKind.MALFORMED : ErrorKind.INTERNAL;
    }

    private static String detail(int status) {
        return status < 500
                ? "The HTTP request is malformed or too large: check its request line and headers"
                : "Internal error, see the log of the receiver";
    }
}
