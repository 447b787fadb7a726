package org.corewebhook.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** 100,000 configured endpoints against one: how long the start takes, what they weigh, whether they slow requests. */
final class ScaleBenchmark {

    private static final int ENDPOINTS = 100_000;

    private ScaleBenchmark() {}

    static void run(Options options) throws IOException {
        Servers servers = Servers.unpack(options);
        try (ServerUnderTest one = start(servers, 1);
                ServerUnderTest many = start(servers, ENDPOINTS)) {
            heap(one);
            heap(many);
            List<Measured> measured = List.of(new Measured(one.name()), new Measured(many.name()));
            int size = options.sizes().get(0);
            List<byte[]> requests = new ArrayList<>();
            for (int i = 0; i < options.connections(); i++) {
                requests.add(SignedRequest.http(
                        "/webhook/e" + (i * (ENDPOINTS / options.connections())), SignedRequest.body(size)));
            }
            byte[] first = SignedRequest.http("/webhook/e0", SignedRequest.body(size));
            try (LoadGenerator toOne =
                            new LoadGenerator(one.port(), Collections.nCopies(options.connections(), first));
                    LoadGenerator toMany = new LoadGenerator(many.port(), requests)) {
                for (int round = 0; round < options.warmUp(); round++) {
                    toOne.run(options.seconds() * 1000L, 0);
                    toMany.run(options.seconds() * 1000L, 0);
                }
                for (int round = 0; round < options.rounds(); round++) {
                    measured.get(0).drive(one, toOne, options.seconds() * 1000L);
                    measured.get(1).drive(many, toMany, options.seconds() * 1000L);
                }
            }
            measured.forEach(each -> each.print(measured.get(0)));
        }
    }

    private static ServerUnderTest start(Servers servers, int endpoints) throws IOException {
        long begin = System.nanoTime();
        String json = IntStream.range(0, endpoints)
                .mapToObj(i -> "\"e" + i + "\": {\"module\": \"discard\", \"acknowledge\": \"delivered\","
                        + " \"hmac\": {\"secret\": \"" + SignedRequest.SECRET
                        + "\", \"header\": \"X-Hub-Signature-256\"}}")
                .collect(Collectors.joining(",\n", "{", "}"));
        ServerUnderTest server = servers.receiver(endpoints + " endpoints", json, Map.of("WEBHOOK_STORE", "none"));
        System.out.printf("%s: ready after %.1f s%n", server.name(), (double) (System.nanoTime() - begin) / 1e9);
        return server;
    }

    /** Prints the live heap: the tool of the JDK collects garbage first. */
    private static void heap(ServerUnderTest server) throws IOException {
        System.out.printf("%s: live heap %.1f MiB%n", server.name(), LiveHeap.mebibytes(server.pid()));
    }
}
