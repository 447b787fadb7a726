package org.corewebhook.servlet;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a container has made of a body that somebody asked it to parse. */
final class ParsedBody {

    private static final Logger log = LoggerFactory.getLogger(ParsedBody.class);

    private ParsedBody() {}

    /** Tells, when there is nothing left to read, whether the request has parameters or parts from a body. */
    static boolean isPresent(HttpServletRequest request) {
        if (ContentType.isForm(request)) {
            int values = 0;
            for (String[] ofOneName : request.getParameterMap().values()) {
                values += ofOneName.length;
            }
            return values > pairs(request.getQueryString());
        }
        return ContentType.isMultipart(request) && hasParts(request);
    }

    private static boolean hasParts(HttpServletRequest request) {
        try {
            return !request.getParts().isEmpty();
        } catch (IOException | ServletException | RuntimeException e) {
            log.debug("An empty body has no parts", e);
            return false;
        }
    }

    /** Counts empty pairs, too: containers differ about them. */
    private static int pairs(@Nullable String query) {
        return query == null ? 0 : 1 + (int) query.chars().filter(c -> c == '&').count();
    }
}
