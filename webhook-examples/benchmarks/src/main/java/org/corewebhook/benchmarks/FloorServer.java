package org.corewebhook.benchmarks;

import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.modeler.Registry;

/** A bare servlet, {@link Floor}, in the container of the receiver, set up as the receiver's is. Prints its port. */
public final class FloorServer {

    private static final List<java.util.logging.Logger> TOMCAT_LOGGERS = Stream.of(
                    "org.apache.catalina", "org.apache.coyote")
            .map(java.util.logging.Logger::getLogger)
            .toList();

    private FloorServer() {}

    /** Takes the headers of the answer as name, value, name, value. */
    public static void main(String[] headers) throws IOException, LifecycleException, GeneralSecurityException {
        serve(new Floor(headers));
    }

    /** Serves until the process is ended. */
    static void serve(HttpServlet servlet) throws IOException, LifecycleException {
        TOMCAT_LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
        Registry.disableRegistry();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("floor").toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("connectionTimeout", "20000");
        connector
                .getProtocolHandler()
                .setExecutor(new ForkJoinPool(400, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true));
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("maxHttpRequestHeaderSize", String.valueOf(64 * 1024));
        connector.setProperty("maxHeaderCount", "1000");
        connector.setProperty("continueResponseTiming", "onRead");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Wrapper wrapper = Tomcat.addServlet(context, "floor", servlet);
        wrapper.setLoadOnStartup(1);
        wrapper.setAsyncSupported(true);
        context.addServletMappingDecoded("/*", "floor");
        tomcat.start();
        System.out.println("port " + connector.getLocalPort());
        tomcat.getServer().await();
    }
}
