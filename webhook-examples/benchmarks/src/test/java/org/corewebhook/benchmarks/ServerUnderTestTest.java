package org.corewebhook.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerUnderTestTest {

    @TempDir
    private Path folder;

    @Test
    void whatAnEndedChildHasUsedCounts() throws Exception {
        String childThatCounts = "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'";
        List<String> shell = List.of("sh", "-c", childThatCounts + "; echo port 1; read line");
        try (ServerUnderTest server = ServerUnderTest.start("shell", folder, shell, Map.of())) {
            assertThat(server.cpuMicros()).isGreaterThan(30_000);
        }
    }
}
