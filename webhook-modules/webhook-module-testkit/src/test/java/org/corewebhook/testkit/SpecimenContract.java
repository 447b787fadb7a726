package org.corewebhook.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.corewebhook.spi.OutputModuleProvider;
import org.junit.jupiter.api.BeforeEach;

/** The contract as {@link OutputModuleContractTest} runs it; not a test by itself. */
class SpecimenContract extends OutputModuleContract {

    static Refusal refusal = Refusal.by(Map.of("to", "refusal"));

    @BeforeEach
    void emptyTheDestination() {
        Specimen.DESTINATION.clear();
    }

    @Override
    protected OutputModuleProvider provider() {
        return new Specimen.Provider();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("to", "memory");
    }

    @Override
    protected List<byte[]> received() {
        return List.copyOf(Specimen.DESTINATION);
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return Map.of("to", "nowhere", "password", SECRET);
    }

    @Override
    protected Refusal refusal() {
        return refusal;
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of("size", SECRET, "password", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 2;
    }

    @Override
    protected Duration patience() {
        return Duration.ofSeconds(1);
    }

    /** Less than the specimen takes when it takes too long. */
    @Override
    protected Duration grace() {
        return Duration.ofSeconds(2);
    }
}
