package org.corewebhook.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import org.corewebhook.WebhookRequest;
import org.corewebhook.body.RequestBody;

/** Turns a container's request into ours, nothing decoded, nothing dropped; the body is read when it is asked for. */
final class ServletRequests {

    private ServletRequests() {}

    /** Returns the raw path below the context path. */
    static String path(HttpServletRequest request) {
        String uri = request.getRequestURI();
        String contextPath = request.getContextPath();
        return uri.startsWith(contextPath) ? uri.substring(contextPath.length()) : uri;
    }

    static WebhookRequest read(HttpServletRequest request, String path, RequestBody body) {
        WebhookRequest.Builder builder = WebhookRequest.builder(request.getMethod(), path)
                .query(request.getQueryString())
                .requestUri(request.getRequestURI())
                .remoteAddress(String.valueOf(request.getRemoteAddr()))
                .secure(request.isSecure())
                .body(body);
        Enumeration<String> names = request.getHeaderNames();
        while (names.hasMoreElements()) {
            String name = names.nextElement();
            Enumeration<String> values = request.getHeaders(name);
            while (values.hasMoreElements()) {
                builder.header(name, values.nextElement());
            }
        }
        return builder.build();
    }
}
