package org.corewebhook.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The bytes of all objects of another JVM that are still reachable, by {@code jcmd PID GC.class_histogram}. */
final class LiveHeap {

    private LiveHeap() {}

    static double mebibytes(long pid) throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String line : output.lines().toList()) {
            if (line.startsWith("Total")) {
                String[] columns = line.trim().split("\\s+", -1);
                return (double) Long.parseLong(columns[2]) / (1 << 20);
            }
        }
        throw new IOException("jcmd did not tell the heap of process " + pid + ": " + output);
    }
}
