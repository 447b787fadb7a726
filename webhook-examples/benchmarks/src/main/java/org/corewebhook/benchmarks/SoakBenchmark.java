package org.corewebhook.benchmarks;

import java.io.IOException;
import java.util.Collections;

/** Half of what goes, for {@code --seconds} (600 in the README): memory must stay flat and nothing fail. */
final class SoakBenchmark {

    private static final int SAMPLES = 20;

    private SoakBenchmark() {}

    static void run(Options options) throws IOException {
        Servers servers = Servers.unpack(options);
        byte[] request = SignedRequest.http(
                SignedRequest.PATH, SignedRequest.body(options.sizes().get(0)));
        try (ServerUnderTest receiver = servers.receiver("receiver", "\"acknowledge\": \"delivered\"", "none");
                LoadGenerator load =
                        new LoadGenerator(receiver.port(), Collections.nCopies(options.connections(), request))) {
            load.run(20_000, 0); // to warm up
            long half = (long) (load.run(10_000, 0).perSecond() / 2);
            System.out.printf("Half of the maximum rate: %d/s, for %d s%n", half, options.seconds());
            long failed = 0;
            for (int sample = 1; sample <= SAMPLES; sample++) {
                LoadGenerator.Result result = load.run(options.seconds() * 1000L / SAMPLES, half);
                failed += result.refused();
                System.out.printf(
                        "%5d s  %7.0f/s  RSS %4d MiB  live heap %6.1f MiB  p99 %.2f ms  failed %d%n",
                        options.seconds() * sample / SAMPLES,
                        result.perSecond(),
                        receiver.residentMiB(),
                        LiveHeap.mebibytes(receiver.pid()),
                        (double) result.latencies().getValueAtPercentile(99) / 1000,
                        failed);
            }
        }
    }
}
