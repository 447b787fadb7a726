package org.corewebhook.war;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.corewebhook.StoreOpener;
import org.corewebhook.StoredEvents;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.operations.StoredEventsRoutes;
import org.corewebhook.store.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * The way to stored events for a command line: the admin API of the receiver that runs, because a second process must
 * not open its file, or the store itself if none runs.
 */
final class AdminAccess {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** A replay of very many dead letters takes its time. */
    private static final Duration ANSWER = Duration.ofMinutes(10);

    private final ServerSettings settings;
    private final UnaryOperator<@Nullable String> environment;

    AdminAccess(ServerSettings settings, UnaryOperator<@Nullable String> environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /** An answer of the admin API, or what it would have answered. */
    record Answer(int status, String body) {}

    Answer ask(EventsArguments arguments) throws CommandFailedException {
        URI named = arguments.url();
        URI url = named == null ? standardUrl() : named;
        if (url != null) {
            Answer answer = askReceiver(url, arguments);
            if (answer != null) {
                return answer;
            }
            if (named != null) {
                throw failed("No receiver answers at " + url);
            }
        }
        return askStore(arguments, url);
    }

    /** Returns null if the port is one that nobody but the receiver itself knows. */
    private @Nullable URI standardUrl() {
        if (settings.port() == 0) {
            return null;
        }
        String host = settings.host();
        String reachable = host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]") ? "127.0.0.1" : host;
        String inUrl = reachable.contains(":") && !reachable.startsWith("[") ? "[" + reachable + "]" : reachable;
        return URI.create("http://" + inUrl + ":" + settings.port());
    }

    /** Returns null if nobody listens there. */
    private @Nullable Answer askReceiver(URI url, EventsArguments arguments) throws CommandFailedException {
        String token = environment.apply("ADMIN_TOKEN");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + arguments.path()))
                .timeout(ANSWER)
                .method(arguments.method(), HttpRequest.BodyPublishers.noBody());
        if (token != null && !token.isBlank()) {
            request.header("Authorization", "Bearer " + token.strip());
        }
        try {
            HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 401) {
                throw failed("The receiver at " + url + " wants its token: set ADMIN_TOKEN as it is set there");
            }
            if (response.statusCode() == 404 && !response.body().contains("stored")) {
                throw failed(
                        "At " + url + " nothing knows " + arguments.path().replaceAll("\\?.*", "")
                                + ": the receiver has no ADMIN_TOKEN or no store, or another program listens there (see --url)");
            }
            return new Answer(response.statusCode(), response.body());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return null;
        } catch (IOException e) {
            throw failed("The receiver at " + url + " did not answer: " + e);
        } catch (IllegalArgumentException e) {
            throw failed("ADMIN_TOKEN cannot be sent: it may hold visible ASCII characters only");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("Interrupted");
        }
    }

    private Answer askStore(EventsArguments arguments, @Nullable URI triedUrl) throws CommandFailedException {
        String tried = triedUrl == null ? "" : "No receiver answers at " + triedUrl + ". ";
        String location = settings.store();
        if (location == null) {
            throw failed(tried + "WEBHOOK_STORE is none: there are no stored events");
        }
        requireFile(location, tried);
        try (EventStore store = StoreOpener.open(location, Clock.systemUTC(), AdminAccess.class.getClassLoader())) {
            StoredEventsRoutes routes = new StoredEventsRoutes(StoredEvents.atRest(store, Clock.systemUTC()));
            WebhookResponse response = routes.handle(
                    WebhookRequest.builder(arguments.method(), arguments.path()).build());
            return new Answer(response.status(), response.text());
        } catch (ConfigurationException e) {
            throw failed(
                    tried + e.getMessage() + ". If a receiver is running, say where with --url, or with HOST and PORT");
        }
    }

    /** Asking about events is no reason to create a store. */
    private static void requireFile(String location, String tried) throws CommandFailedException {
        if (location.toLowerCase(Locale.ROOT).startsWith("sqlite:")) {
            Path file = Path.of(location.substring("sqlite:".length()).replaceAll("\\?.*", ""));
            if (!Files.exists(file)) {
                throw failed(tried + "There is no store " + file.toAbsolutePath()
                        + ": run this in the receiver's working directory, or set WEBHOOK_STORE as it is set there");
            }
        }
    }

    private static CommandFailedException failed(String message) {
        return new CommandFailedException(CommandFailedException.FAILED, message);
    }
}
