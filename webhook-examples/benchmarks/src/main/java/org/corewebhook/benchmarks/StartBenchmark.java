package org.corewebhook.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** From the start of {@code java -jar webhook.war} to the first webhook answered 200, {@code --rounds} times. */
final class StartBenchmark {

    private StartBenchmark() {}

    static void run(Options options) throws IOException, InterruptedException {
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

    private static double once(Options options, Path folder) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(options.javaCommand()));
        command.addAll(options.jvm());
        command.addAll(List.of("-jar", options.war().toAbsolutePath().toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("HOST", "127.0.0.1");
        builder.environment().put("PORT", String.valueOf(port));
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            byte[] request = SignedRequest.http(SignedRequest.PATH, SignedRequest.body(1024));
            while (!Probe.isAnswered(port, request)) {
                if (!process.isAlive() || System.nanoTime() - begin > TimeUnit.MINUTES.toNanos(1)) {
                    throw new IOException("It did not start: " + Files.readString(folder.resolve("log")));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            return (double) (System.nanoTime() - begin) / 1e9;
        } finally {
            process.destroy();
            process.waitFor(30, TimeUnit.SECONDS);
        }
    }
}
