package org.corewebhook.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineupTest {

    @TempDir
    private Path folder;

    @Test
    void everyServerIsComparedWithTheFirstInItsStartAndUnderLoad() throws Exception {
        Lineup lineup = new Lineup(Options.parse(
                new String[] {"--starts", "1", "--rounds", "1", "--warm-up", "0", "--seconds", "1", "--sizes", "1024"
                }));
        lineup.require(() -> TestServers.floor(folder));
        lineup.require(() -> TestServers.floor(folder));

        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            lineup.compareStarts();
            lineup.compareUnderLoad();
        } finally {
            System.setOut(console);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.startsWith("floor"))
                .hasSize(4)
                .satisfiesExactly(
                        line -> assertThat(line).matches("floor +[0-9.]+ s +x1\\.00"),
                        line -> assertThat(line).matches("floor +[0-9.]+ s +x[0-9.]+"),
                        line -> assertThat(line).contains("us CPU", "p50", "p99.9", "RSS", "x1.000 CPU"),
                        line -> assertThat(line).contains("us CPU", "p50", "p99.9", "RSS", "throughput"));
    }
}
