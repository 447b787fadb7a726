package org.corewebhook.servlet;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.corewebhook.spi.Validator;

/** The plain example of the README, compiled. */
final class PlainServletSample {

    private PlainServletSample() {}

    static void register(ServletContext servletContext, Validator github) {
        // README: plain
        servletContext
                .addFilter("github", new SignatureFilter(github))
                .addMappingForUrlPatterns(null, false, "/hooks/github");
        servletContext.addServlet("hooks", new HooksServlet()).addMapping("/hooks/github");
        // README: end
    }

    // README: servlet
    static final class HooksServlet extends HttpServlet {
        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] exact = SignatureFilter.body(request);
            response.getWriter().print(request.getParameter("payload") + " in " + exact.length + " genuine bytes");
        }
    }
    // README: end
}
