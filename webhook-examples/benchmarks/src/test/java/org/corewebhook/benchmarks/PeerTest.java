package org.corewebhook.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTest {

    @TempDir
    private Path peers;

    @Test
    void aPeerWhoseProgramIsNotInstalledIsNamedWithWhatInstallsIt() throws Exception {
        Peer peer = describe("other", List.of("no-such-program"), List.of(), List.of("no-such-program"));
        assertThat(peer.missing())
                .hasValue("other is left out, it has no no-such-program; install it with: install " + peers + "/other");
    }

    @Test
    void aPeerWhoseFilesAreNotThereIsNamedWithWhatBringsThem() throws Exception {
        Peer peer = describe("other", List.of("sh"), List.of("peer.json", "node_modules"), List.of("sh"));
        assertThat(peer.missing()).hasValueSatisfying(line -> assertThat(line).contains("it has no node_modules"));
    }

    @Test
    void aPeerThatIsInstalledLacksNothing() throws Exception {
        Peer peer = describe("other", List.of("sh"), List.of("peer.json"), List.of("sh"));
        assertThat(peer.missing()).isEmpty();
    }

    @Test
    void aPeerThatAcceptsAWrongSignatureIsNotMeasured() throws Exception {
        Peer peer = describe("gullible", List.of(), List.of(), TestServers.java(GulliblePeer.class));
        Options options = Options.parse(new String[0]);
        assertThat(new Lineup(options).admit(() -> peer.start(options)))
                .hasValue("it answers 200 to a wrong signature");
    }

    @Test
    void aPeerThatEndsAtOnceIsNotMeasured() throws Exception {
        Peer peer = describe("hasty", List.of("sh"), List.of(), List.of("sh", "-c", "exit 1"));
        Options options = Options.parse(new String[0]);
        assertThat(new Lineup(options).admit(() -> peer.start(options)))
                .hasValueSatisfying(why -> assertThat(why).contains("hasty ended before it answered a webhook"));
    }

    @Test
    void everyPeerOfTheRepositoryIsDescribedAndInItsReadme() throws Exception {
        Path folder = Path.of("peers");
        assertThat(Peer.describedIn(folder))
                .extracting(Peer::name)
                .containsExactly("adnanh-webhook", "express", "fastify", "netty", "spring-boot")
                .allSatisfy(name -> assertThat(Files.readString(folder.resolve("README.md")))
                        .contains("`" + name + "`"));
    }

    private Peer describe(String name, List<String> programs, List<String> files, List<String> command)
            throws IOException {
        Map<String, Object> description = Map.of(
                "programs", programs,
                "files", files,
                "install", "install {folder}",
                "command", command,
                "environment", Map.of());
        Path folder = Files.createDirectories(peers.resolve(name));
        new JsonMapper().writeValue(folder.resolve("peer.json").toFile(), description);
        return Peer.describedIn(peers).get(0);
    }
}
