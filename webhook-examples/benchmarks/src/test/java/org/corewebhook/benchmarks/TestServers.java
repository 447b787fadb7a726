package org.corewebhook.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Servers in processes of their own, on the tests' class path. */
final class TestServers {

    private TestServers() {}

    static ServerUnderTest floor(Path folder) throws IOException {
        return ServerUnderTest.start(
                "floor", folder, java(FloorServer.class, "Content-Type", "application/json"), Map.of());
    }

    static List<String> java(Class<?> mainClass, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(
                List.of(java.toString(), "-cp", System.getProperty("java.class.path"), mainClass.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
