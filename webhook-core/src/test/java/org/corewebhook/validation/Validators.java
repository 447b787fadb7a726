package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.corewebhook.ErrorKind;
import org.corewebhook.TestClock;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/** Makes validators as the configuration does, and requests for them. */
final class Validators {

    private Validators() {}

    /** Returns the validator for an endpoint whose settings are good. */
    static Validator create(ValidatorProvider provider, Map<String, ?> endpoint) {
        return create(provider, endpoint, new TestClock());
    }

    static Validator create(ValidatorProvider provider, Map<String, ?> endpoint, Clock clock) {
        Settings settings = Settings.of(endpoint, clock);
        Validator validator = provider.create(settings);
        assertThat(settings.problems()).isEmpty();
        return validator;
    }

    /** Returns what is worse than a warning, as "path: message". */
    static List<String> problems(ValidatorProvider provider, Map<String, ?> endpoint) {
        return messages(provider, endpoint, false);
    }

    static List<String> warnings(ValidatorProvider provider, Map<String, ?> endpoint) {
        return messages(provider, endpoint, true);
    }

    static WebhookRequest request(String... headers) {
        WebhookRequest.Builder builder = WebhookRequest.post("/webhook/a").body("{\"n\":1}");
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder.build();
    }

    static void assertAccepted(ValidationResult result) {
        assertThat(result.refusal()).as(result.toString()).isNull();
    }

    static void assertUnauthorized(ValidationResult result, String detail) {
        assertThat(result.refusal()).isEqualTo(ErrorKind.UNAUTHORIZED);
        assertThat(result.detail()).isEqualTo(detail);
    }

    private static List<String> messages(ValidatorProvider provider, Map<String, ?> endpoint, boolean warnings) {
        Settings settings = Settings.of(endpoint, new TestClock());
        Validator validator = provider.create(settings);
        assertThat(validator).isNotNull();
        return settings.problems().stream()
                .filter(problem -> warnings == (problem.severity() == Problem.Severity.WARNING))
                .map(problem -> problem.path() + ": " + problem.message())
                .toList();
    }
}
