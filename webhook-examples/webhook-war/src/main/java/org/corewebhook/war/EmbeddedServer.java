package org.corewebhook.war;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.modeler.Registry;
import org.corewebhook.RequestHandler;
import org.corewebhook.servlet.WebhookServlet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tomcat with one servlet and nothing else. */
final class EmbeddedServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);

    /** Kept so that their level stays: java.util.logging forgets loggers that nobody holds. */
    private static final List<java.util.logging.Logger> TOMCAT_LOGGERS = Stream.of(
                    "org.apache.catalina", "org.apache.coyote")
            .map(java.util.logging.Logger::getLogger)
            .toList();

    /** Each body that is slow to arrive holds one. */
    static final int MAX_THREADS = 400;

    /** How long a connection is kept on which nothing happens. */
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(20);

    private static final int MAX_CONNECTIONS = 8192;
    private static final int ACCEPT_COUNT = 100;
    private static final Duration HEADER_DEADLINE = Duration.ofSeconds(20);

    private final Tomcat tomcat = new Tomcat();

    private final Path directory;
    private final Connector connector;
    private final StandardContext context = context();

    /** Starts Tomcat, which does not listen yet. */
    EmbeddedServer(String host, int port, RequestThreads requestThreads) throws IOException, LifecycleException {
        this(host, port, requestThreads, IDLE_CONNECTION);
    }

    /** {@code idle} stands for {@link #IDLE_CONNECTION}. */
    EmbeddedServer(String host, int port, RequestThreads requestThreads, Duration idle)
            throws IOException, LifecycleException {
        TOMCAT_LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
        // Without management beans, whose descriptions are XML, it starts half a second faster.
        Registry.disableRegistry();
        this.directory = Files.createTempDirectory("corewebhook");
        tomcat.setBaseDir(directory.toString());
        this.connector = connector(host, port, idle);
        connector.getProtocolHandler().setExecutor(requestThreads);
        ((StandardHost) tomcat.getHost()).setErrorReportValveClass(ProblemReportValve.class.getName());
        context.getPipeline().addValve(new AbandonedUploadValve());
        tomcat.getHost().addChild(context);
        tomcat.start();
    }

    /** {@link Tomcat#addContext} would add an authenticator too, which each request passes for nothing. */
    private static StandardContext context() {
        StandardContext context = new StandardContext();
        context.setPath("");
        context.setManager(new NoSessions());
        context.setLoader(new OwnClasses());
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                context.setConfigured(true); // there is no web.xml to wait for
            }
        });
        return context;
    }

    private static Connector connector(String host, int port, Duration idle) {
        Connector connector = new Connector(new HeaderDeadlineProtocol(new SuspendingEndpoint(), HEADER_DEADLINE));
        connector.setPort(port);
        connector.setThrowOnFailure(true); // by itself it only logs that the port is taken
        connector.setProperty("address", host);
        // Idle connections and unfinished headers cost no thread, so there may be many; the system queues a few more.
        connector.setProperty("maxConnections", String.valueOf(MAX_CONNECTIONS));
        connector.setProperty("acceptCount", String.valueOf(ACCEPT_COUNT));
        connector.setProperty("connectionTimeout", String.valueOf(idle.toMillis()));
        // Busy senders keep their connections; a new one after every hundred requests gains nobody anything.
        connector.setProperty("maxKeepAliveRequests", "-1");
        // Our own limits answer with a text that says what to do; the container's only stop what is far beyond them.
        connector.setProperty("maxHttpRequestHeaderSize", String.valueOf(64 * 1024));
        connector.setProperty("maxHeaderCount", "1000");
        // What is left of a refused body we have drained within a time; Tomcat would read on for as long as it drips.
        connector.setProperty("maxSwallowSize", "0");
        // A sender that asks first is told to go on when the body is wanted, not before.
        connector.setProperty("continueResponseTiming", "onRead");
        return connector;
    }

    /** Starts to listen and passes all requests to the handler. */
    void listen(RequestHandler handler) throws LifecycleException {
        Wrapper servlet = Tomcat.addServlet(context, "webhooks", new WebhookServlet(handler, new EarlyEnd()));
        servlet.setAsyncSupported(true); // no thread waits while an event is stored
        context.addServletMappingDecoded("/*", "webhooks");
        try {
            tomcat.getService().addConnector(connector);
        } catch (IllegalArgumentException e) {
            throw new LifecycleException("The port could not be opened", e);
        }
    }

    /** Returns the port that it listens on. */
    int port() {
        return connector.getLocalPort();
    }

    /** Returns when the server has been stopped. */
    void await() {
        tomcat.getServer().await();
    }

    /** Finishes the requests that are running and closes the port. */
    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            log.warn("The server did not stop cleanly", e);
        }
        deleteDirectory();
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("The temporary directory {} is left behind", directory, e);
        }
    }
}
