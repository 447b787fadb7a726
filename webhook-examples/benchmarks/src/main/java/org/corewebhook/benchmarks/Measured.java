package org.corewebhook.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** What one target did in all rounds. */
final class Measured {

    private final String name;
    private final List<Round> rounds = new ArrayList<>();
    private long residentMiB;

    Measured(String name) {
        this.name = name;
    }

    /**
     * One round.
     *
     * @param perSecond requests answered 200 in a second
     * @param cpuMicros processor time of the server for each of them
     * @param p50 half of all answers came within so many microseconds
     * @param p99 99 of 100 answers
     * @param p999 999 of 1000 answers
     */
    record Round(double perSecond, double cpuMicros, long p50, long p99, long p999) {}

    /** Drives the server once and takes down what it cost. */
    void drive(ServerUnderTest server, LoadGenerator load, long millis) throws java.io.IOException {
        long before = server.cpuMicros();
        LoadGenerator.Result result = load.run(millis, 0);
        double cpu = (double) (server.cpuMicros() - before) / (double) Math.max(1, result.answered());
        if (result.refused() > 0) {
            throw new IllegalStateException(name + " refused " + result.refused() + " of the requests");
        }
        Histogram latencies = result.latencies();
        rounds.add(new Round(
                result.perSecond(),
                cpu,
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                latencies.getValueAtPercentile(99.9)));
        residentMiB = server.residentMiB();
    }

    double median(ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** Returns the median of the quotients round by round: what the machine does to both cancels out. */
    double ratio(Measured other, ToDoubleFunction<Round> figure) {
        double[] ratios = new double[rounds.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(other.rounds.get(i));
        }
        java.util.Arrays.sort(ratios);
        return ratios[ratios.length / 2];
    }

    void print(Measured base) {
        System.out.printf(
                "%-14s %9.0f/s %8.1f us CPU  p50 %6.2f ms  p99 %6.2f ms  p99.9 %6.2f ms  RSS %4d MiB"
                        + "   x%.3f CPU  x%.3f throughput  x%.2f p99%n",
                name,
                median(Round::perSecond),
                median(Round::cpuMicros),
                median(round -> (double) round.p50()) / 1000,
                median(round -> (double) round.p99()) / 1000,
                median(round -> (double) round.p999()) / 1000,
                residentMiB,
                ratio(base, Round::cpuMicros),
                ratio(base, Round::perSecond),
                ratio(base, round -> (double) round.p99()));
    }

    /** Prints how this stands to another that is not the base. */
    void printRatio(Measured other) {
        System.out.printf(
                "%s to %s: x%.3f CPU  x%.3f throughput  x%.2f p99%n",
                name, other.name, ratio(other, Round::cpuMicros), ratio(other, Round::perSecond), ratio(other, round ->
                        (double) round.p99()));
    }
}
