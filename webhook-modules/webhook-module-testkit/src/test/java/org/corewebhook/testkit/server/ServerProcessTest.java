package org.corewebhook.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {

    @TempDir
    private Path folder;

    @Test
    void startsKillsAndRestartsAServer() throws Exception {
        Path started = folder.resolve("started");
        List<String> command = List.of("sh", "-c", "echo hello; touch started; exec sleep 600");
        try (ServerProcess server =
                ServerProcess.start("sleeper", command, Map.of(), folder, () -> Files.exists(started))) {
            assertThat(server.isAlive()).isTrue();
            server.kill();
            assertThat(server.isAlive()).isFalse();
            Files.delete(started);
            server.restart();
            assertThat(server.isAlive()).isTrue();
            assertThat(server.log()).isEqualTo("hello\nhello\n");
        }
    }

    @Test
    void saysWhatAServerPrintedThatDoesNotStart() {
        List<String> command = List.of("sh", "-c", "echo no such setting; exit 3");
        assertThatThrownBy(() -> ServerProcess.start("broken", command, Map.of(), folder, () -> false))
                .hasMessageContaining("broken is not ready")
                .hasMessageContaining("no such setting");
    }

    @Test
    void aProgramThatIsMissingFailsWithTheLineThatInstallsIt() {
        assertThatThrownBy(() -> TestPrograms.find("no-such-program", "apt-get install it"))
                .hasMessageContaining("apt-get install it");
        assertThat(TestPrograms.find("sh", "apt-get install dash")).isExecutable();
    }
}
