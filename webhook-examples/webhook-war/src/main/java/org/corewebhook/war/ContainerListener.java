package org.corewebhook.war;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;
import java.util.function.UnaryOperator;
import org.corewebhook.servlet.WebhookServlet;
import org.jspecify.annotations.Nullable;

/**
 * Starts and stops the receiver with the web application that it was dropped in as. Settings come from the context's
 * parameters, from system properties, or from the environment, in this order.
 */
public final class ContainerListener implements ServletContextListener {

    private @Nullable Receiver receiver;

    /** Made by the container. */
    public ContainerListener() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        UnaryOperator<@Nullable String> environment = name -> lookUp(context, name);
        ServerSettings settings = ServerSettings.of(environment, defaultStore(context));
        Receiver started = Receiver.start(settings, environment);
        receiver = started;
        // not a filter: behind it stands the container's default servlet, which keeps all from being asynchronous
        ServletRegistration.Dynamic servlet = context.addServlet("webhooks", new WebhookServlet(started.handler()));
        servlet.setAsyncSupported(true);
        servlet.addMapping("/*");
        started.announce(context.getContextPath(), settings);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (receiver != null) {
            receiver.close();
        }
    }

    /** Two contexts of one container must not share a file. */
    private static String defaultStore(ServletContext context) {
        String name = context.getContextPath().replaceAll("[^A-Za-z0-9_-]+", "-");
        return "sqlite:data/webhooks" + name + ".db";
    }

    private static @Nullable String lookUp(ServletContext context, String name) {
        String value = context.getInitParameter(name);
        if (value == null) {
            value = System.getProperty(name);
        }
        return value == null ? System.getenv(name) : value;
    }
}
