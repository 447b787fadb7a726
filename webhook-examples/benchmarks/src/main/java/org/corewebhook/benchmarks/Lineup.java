package org.corewebhook.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The servers of a comparison: asked whether they do the work, started in turn, then driven side by side. */
final class Lineup {

    private final Options options;
    private final List<Entrant> entrants = new ArrayList<>();

    Lineup(Options options) {
        this.options = options;
    }

    /** Starts a server, anew each time. */
    @FunctionalInterface
    interface Start {
        ServerUnderTest start() throws IOException;
    }

    private record Entrant(String name, Start start, List<Double> seconds) {}

    /** Takes the server in, or returns why it is not to be measured. */
    Optional<String> admit(Start start) throws InterruptedException {
        try (ServerUnderTest server = start.start()) {
            Probe.secondsToFirstAnswer(server); // not counted: the first start reads its files from the disk
            Optional<String> objection = Probe.objection(server);
            if (objection.isEmpty()) {
                entrants.add(new Entrant(server.name(), start, new ArrayList<>()));
            }
            return objection;
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    /** Takes the server in, or throws. */
    void require(Start start) throws IOException, InterruptedException {
        Optional<String> objection = admit(start);
        if (objection.isPresent()) {
            throw new IOException("Not to be measured: " + objection.get());
        }
    }

    /** Prints how long each takes from the start of its process to its first answer, and how that is to the first. */
    void compareStarts() throws IOException {
        if (options.starts() == 0) {
            return;
        }
        for (int round = 0; round < options.starts(); round++) {
            for (Entrant entrant : entrants) {
                try (ServerUnderTest server = entrant.start().start()) {
                    entrant.seconds().add(Probe.secondsToFirstAnswer(server));
                }
            }
        }
        System.out.printf("%nFrom the start of the process to the first answer, median of %d:%n", options.starts());
        double floor = median(entrants.get(0).seconds());
        for (Entrant entrant : entrants) {
            double seconds = median(entrant.seconds());
            System.out.printf("%-14s %6.3f s   x%.2f%n", entrant.name(), seconds, seconds / floor);
        }
    }

    private static double median(List<Double> seconds) {
        return seconds.stream().sorted().toList().get(seconds.size() / 2);
    }

    /** Drives all in alternating rounds and prints what each did. */
    void compareUnderLoad() throws IOException {
        List<ServerUnderTest> servers = new ArrayList<>();
        try {
            for (Entrant entrant : entrants) {
                ServerUnderTest server = entrant.start().start();
                servers.add(server);
                Probe.secondsToFirstAnswer(server);
            }
            HttpBenchmark.compare(options, servers);
        } finally {
            servers.forEach(ServerUnderTest::close);
        }
    }
}
