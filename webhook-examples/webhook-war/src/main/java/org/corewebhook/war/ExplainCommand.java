package org.corewebhook.war;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Configuration;
import org.corewebhook.configuration.ConfigurationReader;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.configuration.Providers;
import org.corewebhook.configuration.StagedValidator;
import org.corewebhook.signature.AnySignature;
import org.corewebhook.signature.SignatureVerifier;
import org.corewebhook.signature.explain.SignatureExplanation;
import org.jspecify.annotations.Nullable;

/**
 * {@code java -jar webhook.war explain --endpoint ID FILE}: tells the operator why the signature of a request in a file
 * is right or wrong, by the configuration that a receiver would have here.
 */
final class ExplainCommand {

    private static final String USAGE =
            "Usage: explain --endpoint ID FILE, where FILE is the request as it was sent: the request line, headers, an"
                    + " empty line, the exact bytes of the body";

    private final ServerSettings settings;
    private final UnaryOperator<@Nullable String> environment;
    private final PrintStream out;
    private final PrintStream errors;

    ExplainCommand(
            ServerSettings settings, UnaryOperator<@Nullable String> environment, PrintStream out, PrintStream errors) {
        this.settings = settings;
        this.environment = environment;
        this.out = out;
        this.errors = errors;
    }

    /** Does it; returns 0 if the signature is right, 1 if it is wrong or cannot be tried, 2 for wrong arguments. */
    int run(List<String> arguments) {
        try {
            if (arguments.size() != 3 || !arguments.get(0).equals("--endpoint")) {
                throw new CommandFailedException(CommandFailedException.USAGE, USAGE);
            }
            List<SignatureVerifier> verifiers = verifiers(arguments.get(1));
            WebhookRequest request = RequestFile.parse(read(Path.of(arguments.get(2))));
            boolean right = false;
            for (SignatureVerifier verifier : verifiers) {
                SignatureExplanation explanation = SignatureExplanation.of(verifier, request);
                right |= explanation.verdict().verified();
                explanation.findings().forEach(finding -> out.println(verifier.scheme() + ": " + finding));
            }
            out.flush();
            return right ? 0 : 1;
        } catch (CommandFailedException e) {
            errors.println(e.getMessage());
            return e.exitCode();
        }
    }

    private List<SignatureVerifier> verifiers(String id) throws CommandFailedException {
        Path webhooks = settings.webhooksFile();
        if (webhooks == null) {
            throw failed("There is no webhooks.json here: name it with WEBHOOKS_CONFIG_FILE");
        }
        Providers providers = Providers.load(ExplainCommand.class.getClassLoader());
        ConfigurationReader reader = new ConfigurationReader(providers, environment, Clock.systemUTC());
        reader.withStore();
        reader.files(webhooks, settings.connectionsFile());
        Configuration configuration = reader.read();
        Endpoint endpoint = configuration.endpoint(id);
        if (endpoint == null) {
            throw failed("There is no endpoint " + id + " in " + webhooks);
        }
        if (endpoint.closedBy() != null) {
            throw failed("The endpoint " + id + " is not configured correctly: " + endpoint.closedBy());
        }
        List<SignatureVerifier> verifiers = new ArrayList<>();
        for (StagedValidator staged : endpoint.validators()) {
            if (staged.validator() instanceof SignatureVerifier verifier) {
                verifiers.add(verifier);
            } else if (staged.validator() instanceof AnySignature any) {
                verifiers.addAll(any.verifiers());
            }
        }
        if (verifiers.isEmpty()) {
            throw failed("The endpoint " + id + " has no \"signature\" to explain");
        }
        return verifiers;
    }

    private static byte[] read(Path file) throws CommandFailedException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw failed("The file " + file + " cannot be read: " + e);
        }
    }

    private static CommandFailedException failed(String message) {
        return new CommandFailedException(CommandFailedException.FAILED, message);
    }
}
