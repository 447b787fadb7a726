package org.corewebhook.war;

import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import org.corewebhook.clickhouse.AnalyticsProcessor;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.configuration.ConfigurationReader;
import org.corewebhook.configuration.ObserverRequest;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Providers;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code java -jar webhook.war analytics}: computes {@code webhook_stats} from {@code webhook_logs} every 5 minutes.
 */
final class AnalyticsCommand {

    private static final Logger log = LoggerFactory.getLogger(AnalyticsCommand.class);

    private AnalyticsCommand() {}

    static void run(ServerSettings settings, UnaryOperator<@Nullable String> environment) {
        SharedConnection connection = connection(settings, environment);
        try (AnalyticsProcessor processor = new AnalyticsProcessor(connection.opener())) {
            Runtime.getRuntime().addShutdownHook(new Thread(processor::close, "webhook-stop"));
            log.info(
                    "Computing statistics through the connection {} every {} minutes",
                    connection.name(),
                    AnalyticsProcessor.DEFAULT_INTERVAL.toMinutes());
            processor.run(AnalyticsProcessor.DEFAULT_INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.info("Interrupted, stopping");
        }
    }

    private static SharedConnection connection(ServerSettings settings, UnaryOperator<@Nullable String> environment) {
        Providers providers = Providers.load(AnalyticsCommand.class.getClassLoader());
        ConfigurationReader reader = new ConfigurationReader(providers, environment, Clock.systemUTC());
        if (settings.connectionsFile() != null) {
            reader.connectionsFile(settings.connectionsFile());
        }
        List<ObserverRequest> requests = reader.read().observers();
        if (requests.isEmpty()) {
            String message = "Needs a connection of type clickhouse that is named clickhouse_analytics or says"
                    + " \"analytics\": true, with all its variables set";
            throw new ConfigurationException(
                    List.of(new Problem(Problem.Severity.PROOF, "connections.json", "/", 0, message)));
        }
        return requests.get(0).connection();
    }
}
