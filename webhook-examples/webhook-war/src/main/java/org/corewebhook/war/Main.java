package org.corewebhook.war;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.catalina.LifecycleException;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.store.jdbc.SqliteLibrary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the receiver as a process of its own: {@code java -jar webhook.war}. */
public final class Main {

    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /**
     * Receives webhooks; with the argument {@code analytics} computes statistics, with {@code events} shows, replays
     * and purges stored events, with {@code explain} tells why a signature fails, with {@code unpack} lays itself out
     * for a faster start. Stops gracefully when the process is asked to end (SIGTERM, SIGINT).
     */
    public static void main(String[] arguments) {
        try {
            if (arguments.length > 0 && arguments[0].equals("events")) {
                System.exit(events(Arrays.asList(arguments).subList(1, arguments.length)));
            }
            if (arguments.length > 0 && arguments[0].equals("explain")) {
                System.exit(explain(Arrays.asList(arguments).subList(1, arguments.length)));
            }
            if (arguments.length > 0 && arguments[0].equals("unpack")) {
                System.exit(unpack(Arrays.asList(arguments).subList(1, arguments.length)));
            }
            switch (String.join(" ", arguments)) {
                case "" -> receive();
                case "analytics" -> AnalyticsCommand.run(ServerSettings.of(System::getenv), System::getenv);
                default -> {
                    log.error("Unknown arguments: give none to receive webhooks, analytics to compute"
                            + " statistics, events to work on stored events, explain to see why a signature fails, or unpack for"
                            + " a faster start");
                    System.exit(2);
                }
            }
        } catch (ConfigurationException e) {
            log.error("Cannot start. {}", e.getMessage());
            System.exit(1);
        } catch (LifecycleException e) {
            log.error(
                    "Cannot start: {}. Is another process listening on that port? Set HOST and PORT",
                    rootCause(e).toString()); // as a Throwable it would not be put into the text
            System.exit(1);
        }
    }

    private static int events(List<String> arguments) {
        AdminAccess admin = new AdminAccess(ServerSettings.of(System::getenv), System::getenv);
        return new EventsCommand(admin, System.out, System.err).run(arguments);
    }

    private static int explain(List<String> arguments) {
        ServerSettings settings = ServerSettings.of(System::getenv);
        return new ExplainCommand(settings, System::getenv, System.out, System.err).run(arguments);
    }

    private static int unpack(List<String> arguments) {
        return new UnpackCommand(program(), System.out, System.err).run(arguments);
    }

    /** Returns the file that was started: it is the class path of {@code java -jar}. */
    private static Path program() {
        return Path.of(System.getProperty("java.class.path"));
    }

    private static void receive() throws LifecycleException {
        SqliteLibrary.loadFrom(program().resolveSibling(UnpackCommand.NATIVE_LIBRARIES));
        ServerSettings settings = ServerSettings.of(System::getenv);
        RequestThreads threads = new RequestThreads(EmbeddedServer.MAX_THREADS);
        ServerStart serverStart = ServerStart.begin(settings, threads);
        Receiver receiver;
        try {
            receiver = Receiver.start(settings, System::getenv);
        } catch (RuntimeException | Error e) {
            serverStart.abandon(); // its threads would keep the process alive
            throw e;
        }
        EmbeddedServer server;
        try {
            server = serverStart.listen(receiver.handler());
        } catch (LifecycleException e) {
            receiver.close();
            throw e;
        }
        Thread stop = new Thread(() -> stop(receiver, server, threads), "webhook-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        receiver.announce("http://" + settings.host() + ":" + server.port(), settings);
        server.await();
    }

    /** Requests are answered with 503 while events on their way are awaited; only then the port is closed. */
    private static void stop(Receiver receiver, EmbeddedServer server, RequestThreads threads) {
        receiver.close();
        server.close();
        threads.close();
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
