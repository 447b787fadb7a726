package org.corewebhook.servlet;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A servlet container with one application that is registered by code, on a free port of the loopback address. */
interface ServletContainer extends AutoCloseable {

    /** Registers servlets and filters. */
    @FunctionalInterface
    interface Application {
        void register(ServletContext context) throws ServletException;
    }

    int port();

    /** Starts Tomcat: 11, or 10.1 in the second run of the tests. */
    static ServletContainer tomcat(Path folder, Application application) throws LifecycleException {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("/app", null);
        context.addServletContainerInitializer(initializer(application), null);
        tomcat.start();
        return new ServletContainer() {
            @Override
            public int port() {
                return connector.getLocalPort();
            }

            @Override
            public void close() throws Exception {
                tomcat.stop();
                tomcat.destroy();
            }
        };
    }

    /** Starts Jetty 12.1 with its ee10 environment. */
    static ServletContainer jetty(Application application) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/app");
        context.addServletContainerInitializer(initializer(application));
        server.setHandler(context);
        server.start();
        return new ServletContainer() {
            @Override
            public int port() {
                return connector.getLocalPort();
            }

            @Override
            public void close() throws Exception {
                server.stop();
            }
        };
    }

    private static ServletContainerInitializer initializer(Application application) {
        return (classes, context) -> application.register(context);
    }
}
