package org.corewebhook.benchmarks;

import java.util.Arrays;

/**
 * {@code java -jar benchmarks.jar http|peers|stored|kafka|scale|soak|start [options]}, or {@code jmh} with the options
 * of JMH.
 */
public final class Main {

    private Main() {}

    /** Runs the benchmark that the first argument names. */
    public static void main(String[] arguments) throws Exception {
        String what = arguments.length == 0 ? "" : arguments[0];
        String[] rest = arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (what) {
            case "http" -> HttpBenchmark.againstTheFloor(Options.parse(rest));
            case "peers" -> HttpBenchmark.againstPeers(Options.parse(rest));
            case "stored" -> HttpBenchmark.storedAgainstReceived(Options.parse(rest));
            case "kafka" -> KafkaBenchmark.run(Options.parse(rest));
            case "scale" -> ScaleBenchmark.run(Options.parse(rest));
            case "soak" -> SoakBenchmark.run(Options.parse(rest));
            case "start" -> StartBenchmark.run(Options.parse(rest));
            case "jmh" -> org.openjdk.jmh.Main.main(rest);
            default -> {
                System.err.println(
                        "Say which: http, peers, stored, kafka, scale, soak, start (see the README), or jmh");
                System.exit(2);
            }
        }
    }
}
