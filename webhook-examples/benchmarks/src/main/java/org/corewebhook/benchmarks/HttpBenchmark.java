package org.corewebhook.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Drives servers over HTTP in alternating rounds with one generator, and prints for each its throughput, latencies and
 * processor time per request, and the ratio to the first. One server is under load at a time, the others idle.
 */
final class HttpBenchmark {

    private HttpBenchmark() {}

    /** The receiver against a bare servlet in the same container that does the same work. */
    static void againstTheFloor(Options options) throws IOException, InterruptedException {
        Servers servers = Servers.unpack(options);
        try (ServerUnderTest receiver = servers.receiver("receiver", "\"acknowledge\": \"delivered\"", "none");
                ServerUnderTest floor = servers.floor(headersOf(receiver))) {
            compare(options, List.of(floor, receiver));
        }
    }

    /** Events that are on the disk when they are answered, against events in memory; then a loop on the store alone. */
    static void storedAgainstReceived(Options options) throws IOException, InterruptedException {
        Servers servers = Servers.unpack(options);
        try (ServerUnderTest received = servers.receiver("received", "\"acknowledge\": \"received\"", "none");
                ServerUnderTest stored =
                        servers.receiver("stored", "\"acknowledge\": \"stored\"", "sqlite:data/webhooks.db")) {
            compare(options, List.of(received, stored));
        }
        System.out.println();
        for (int size : options.sizes()) {
            servers.storeLoop(size);
        }
    }

    /** Prints what each server did, and how it stands to the first; with more than two, the last to each before it. */
    static void compare(Options options, List<ServerUnderTest> servers) throws IOException {
        describe(options);
        for (int size : options.sizes()) {
            byte[] request = SignedRequest.http(SignedRequest.PATH, SignedRequest.body(size));
            System.out.printf("%n%d bytes, %d connections:%n", size, options.connections());
            List<Measured> measured =
                    servers.stream().map(server -> new Measured(server.name())).toList();
            drive(options, servers, measured, request);
            measured.forEach(each -> each.print(measured.get(0)));
            for (int i = 1; i < measured.size() - 1; i++) {
                measured.get(measured.size() - 1).printRatio(measured.get(i));
            }
        }
    }

    private static void drive(Options options, List<ServerUnderTest> servers, List<Measured> measured, byte[] request)
            throws IOException {
        List<LoadGenerator> loads = new ArrayList<>();
        for (ServerUnderTest server : servers) {
            loads.add(new LoadGenerator(server.port(), Collections.nCopies(options.connections(), request)));
        }
        for (int round = 0; round < options.warmUp(); round++) {
            for (LoadGenerator load : loads) {
                load.run(options.seconds() * 1000L, 0);
            }
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (int i = 0; i < servers.size(); i++) {
                measured.get(i).drive(servers.get(i), loads.get(i), options.seconds() * 1000L);
            }
        }
        for (LoadGenerator load : loads) {
            load.close();
        }
    }

    /** Returns the headers of the receiver's answer, for a floor that writes as much. */
    static List<String> headersOf(ServerUnderTest receiver) throws IOException, InterruptedException {
        byte[] body = SignedRequest.body(100);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + receiver.port() + SignedRequest.PATH))
                .header("X-Hub-Signature-256", SignedRequest.signature(body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("The receiver answered " + answer.statusCode() + ": " + answer.body());
        }
        List<String> headers = new ArrayList<>();
        answer.headers().map().forEach((name, values) -> {
            if (!name.equals("content-length") && !name.equals("date") && !name.startsWith(":")) {
                headers.addAll(List.of(name, values.get(0)));
            }
        });
        return headers;
    }

    private static void describe(Options options) {
        System.out.printf(
                "Java %s for the servers, %d processors, %d rounds of %d s after %d to warm up, options %s%n",
                options.java(),
                Runtime.getRuntime().availableProcessors(),
                options.rounds(),
                options.seconds(),
                options.warmUp(),
                options.jvm());
    }
}
