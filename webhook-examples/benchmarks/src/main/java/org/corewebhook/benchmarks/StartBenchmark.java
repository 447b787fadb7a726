package org.corewebhook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** From the start of {@code java -jar webhook.war} to the first webhook answered 200, {@code --rounds} times. */
final class StartBenchmark {

    private StartBenchmark() {}

    static void run(Options options) throws IOException {
        Path folder = Files.createTempDirectory("start");
        Files.writeString(
                folder.resolve("webhooks.json"),
                "{\"orders\": {\"module\": \"save_to_disk\", \"module-config\": {\"path\": \"received\"}, \"hmac\":"
                        + " {\"secret\": \"" + SignedRequest.SECRET + "\", \"header\": \"X-Hub-Signature-256\"}}}");
        double[] seconds = new double[options.rounds()];
        for (int round = 0; round < seconds.length; round++) {
            seconds[round] = once(options, folder);
            System.out.printf("first 200 after %.2f s%n", seconds[round]);
        }
        Arrays.sort(seconds);
        System.out.printf("median %.2f s%n", seconds[seconds.length / 2]);
    }

    private static double once(Options options, Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(options.javaCommand()));
        command.addAll(options.jvm());
        command.addAll(List.of("-jar", options.war().toAbsolutePath().toString()));
        Map<String, String> environment = Map.of("HOST", "127.0.0.1", "PORT", "0");
        try (ServerUnderTest receiver = ServerUnderTest.start("receiver", folder, command, environment)) {
            return Probe.secondsToFirstAnswer(receiver);
        }
    }
}
