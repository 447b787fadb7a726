package org.corewebhook.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadGeneratorTest {

    @TempDir
    private Path folder;

    @Test
    void bodiesHaveTheSizeThatWasAskedFor() {
        assertThat(SignedRequest.body(1024)).hasSize(1024);
        assertThat(SignedRequest.body(10_240)).hasSize(10_240);
    }

    @Test
    void theFloorAnswersSignedRequestsAndTheOperatingSystemCountsWhatTheyCost() throws Exception {
        try (ServerUnderTest floor = TestServers.floor(folder);
                LoadGenerator load = new LoadGenerator(
                        floor.port(),
                        Collections.nCopies(4, SignedRequest.http(SignedRequest.PATH, SignedRequest.body(1024))))) {
            LoadGenerator.Result result = load.run(500, 0);
            assertThat(result.answered()).isPositive();
            assertThat(result.refused()).isZero();
            assertThat(floor.cpuMicros()).isPositive();
            assertThat(floor.residentMiB()).isPositive();
        }
    }

    @Test
    void aWrongSignatureIsCountedAsRefused() throws Exception {
        byte[] request = SignedRequest.http(SignedRequest.PATH, SignedRequest.body(1024));
        request[request.length - 3] ^= 1;
        try (ServerUnderTest floor = TestServers.floor(folder);
                LoadGenerator load = new LoadGenerator(floor.port(), List.of(request))) {
            LoadGenerator.Result result = load.run(200, 50);
            assertThat(result.answered()).isZero();
            assertThat(result.refused()).isPositive();
        }
    }
}
