package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.corewebhook.ErrorKind;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/** Makes validators as the configuration does, and looks at their verdicts. */
final class Validators {

    private Validators() {}

    /** Returns the validator for these settings of its own, which must be good. */
    static Validator create(ValidatorProvider provider, Object own, Clock clock) {
        Settings settings = Settings.of(Map.of(provider.key(), own), clock);
        Validator validator = provider.create(settings);
        assertThat(settings.problems()).filteredOn(Validators::isError).isEmpty();
        return validator;
    }

    /** Returns what is worse than a warning, as "path: message". */
    static List<String> problems(ValidatorProvider provider, Object own) {
        return messages(provider, own, true);
    }

    static List<String> warnings(ValidatorProvider provider, Object own) {
        return messages(provider, own, false);
    }

    static void assertAccepted(ValidationResult result) {
        assertThat(result.refusal()).as(result.toString()).isNull();
    }

    static void assertUnauthorized(ValidationResult result, String detail) {
        assertThat(result.detail()).isEqualTo(detail);
        assertThat(result.refusal()).isEqualTo(ErrorKind.UNAUTHORIZED);
    }

    static void assertUnavailable(ValidationResult result) {
        assertThat(result.refusal()).as(result.toString()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(result.retryAfter()).isPositive();
    }

    private static List<String> messages(ValidatorProvider provider, Object own, boolean errors) {
        Settings settings = Settings.of(Map.of(provider.key(), own));
        provider.create(settings);
        return settings.problems().stream()
                .filter(problem -> isError(problem) == errors)
                .map(problem -> problem.path() + ": " + problem.message())
                .toList();
    }

    private static boolean isError(Problem problem) {
        return problem.severity() != Problem.Severity.WARNING;
    }
}
