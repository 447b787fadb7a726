package org.corewebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corewebhook.testkit.Specimen.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract passes a sound module and finds each fault that it is there to find. */
class OutputModuleContractTest {

    @AfterEach
    void mendTheSpecimen() {
        Specimen.fault = Fault.NONE;
        SpecimenContract.refusal = Refusal.by(Map.of("to", "refusal"));
    }

    @Test
    void passesASoundModule() {
        Results results = run(Fault.NONE);

        assertThat(results.failed).isEmpty();
        assertThat(results.passed).hasSize(13);
    }

    @ParameterizedTest
    @CsvSource({
        "HIDES_BEHIND_ANOTHER_NAME, isFoundByItsName",
        "LOSES_A_BYTE, deliversTheBytesUnchanged",
        "DROPS_EMPTY_BODIES, deliversAnEmptyBody",
        "CUTS_LARGE_BODIES, deliversTheLargestBody",
        "REVERSES_BATCHES, keepsTheOrderWithinABatch",
        "LOSES_CONCURRENT_EVENTS, deliversExactlyOnceWhenManyThreadsDeliver",
        "GIVES_UP_WHEN_UNREACHABLE, failsRetryablyAndInTimeWhenTheDestinationIsUnreachable",
        "TAKES_TOO_LONG, failsRetryablyAndInTimeWhenTheDestinationIsUnreachable",
        "RETRIES_WHAT_IS_REFUSED, failsPermanentlyWhenTheDestinationRefuses",
        "CANNOT_BE_CLOSED_TWICE, mayBeClosedTwice",
        "LEAVES_A_THREAD, leavesNoThreadBehind",
        "REPORTS_ONE_PROBLEM_ONLY, reportsAllBadSettingsTogether",
        "QUOTES_A_BAD_VALUE, reportsAllBadSettingsTogether",
        "SECRET_IN_MESSAGE, keepsSecretsToItself",
        "SECRET_IN_CAUSE, keepsSecretsToItself",
        "SECRET_IN_TO_STRING, keepsSecretsToItself",
        "SECRET_IN_OUTPUT, keepsSecretsToItself",
        "DELIVERS_TWICE, deliversExactlyOnceWhenManyThreadsDeliver",
        "RETURNS_TOO_FEW_OUTCOMES, returnsOneOutcomeForEachEvent"
    })
    void findsTheFault(Fault fault, String test) {
        Results results = run(fault, DiscoverySelectors.selectMethod(SpecimenContract.class, test));

        assertThat(results.passed).isEmpty();
        assertThat(results.failed).containsExactly(test);
    }

    @Test
    void printsWhyARefusalDoesNotApply() {
        SpecimenContract.refusal = Refusal.notApplicable("memory takes everything");
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(run(Fault.NONE).failed).isEmpty();
        } finally {
            System.setOut(out);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("specimen: \"refused for good\" does not apply: memory takes everything");
    }

    private static Results run(Fault fault) {
        return run(fault, DiscoverySelectors.selectClass(SpecimenContract.class));
    }

    private static Results run(Fault fault, DiscoverySelector selector) {
        Specimen.fault = fault;
        Results results = new Results();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selector)
                                .build(),
                        results);
        return results;
    }

    private static final class Results implements TestExecutionListener {

        private final List<String> passed = new ArrayList<>();
        private final List<String> failed = new ArrayList<>();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(source -> ((MethodSource) source).getMethodName())
                    .ifPresent(name ->
                            (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL ? passed : failed).add(name));
        }
    }
}
