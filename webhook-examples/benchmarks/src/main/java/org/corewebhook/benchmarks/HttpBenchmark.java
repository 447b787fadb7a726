package org.corewebhook.benchmarks;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Drives servers over HTTP in alternating rounds with one generator, and prints for each its throughput, latencies and
 * processor time per request, and the ratio to the first. One server is under load at a time, the others idle.
 */
final class HttpBenchmark {

    private HttpBenchmark() {}

    /** The receiver against a bare servlet in the same container that does the same work. */
    static void againstTheFloor(Options options) throws IOException, InterruptedException {
        compareWithPeers(options, List.of());
    }

    /** The receiver and the bare servlet against other receivers, as far as they are installed. */
    static void againstPeers(Options options) throws IOException, InterruptedException {
        List<Peer> installed = new ArrayList<>();
        for (Peer peer : Peer.describedIn(options.peers())) {
            Optional<String> missing = peer.missing();
            missing.ifPresentOrElse(System.out::println, () -> installed.add(peer));
        }
        compareWithPeers(options, installed);
    }

    private static void compareWithPeers(Options options, List<Peer> peers) throws IOException, InterruptedException {
        Servers servers = Servers.unpack(options);
        Lineup.Start receiver = () -> servers.receiver("receiver", "\"acknowledge\": \"delivered\"", "none");
        Lineup lineup = new Lineup(options);
        lineup.require(floor(servers, receiver));
        for (Peer peer : peers) {
            lineup.admit(() -> peer.start(options))
                    .ifPresent(why -> System.out.println(peer.name() + " is left out: " + why));
        }
        lineup.require(receiver); // the last, since the last is compared with each
        lineup.compareStarts();
        lineup.compareUnderLoad();
    }

    private static Lineup.Start floor(Servers servers, Lineup.Start receiver) throws IOException, InterruptedException {
        try (ServerUnderTest started = receiver.start()) {
            List<String> headers = headersOf(started);
            return () -> servers.floor(headers);
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
        for (int round = 0; round < options.warmUp() + options.rounds(); round++) {
            for (int i = 0; i < servers.size(); i++) {
                // Anew in each round: a server may close connections that are idle while the others have their turns.
                try (LoadGenerator load =
                        new LoadGenerator(servers.get(i).port(), Collections.nCopies(options.connections(), request))) {
                    if (round < options.warmUp()) {
                        load.run(options.seconds() * 1000L, 0);
                    } else {
                        measured.get(i).drive(servers.get(i), load, options.seconds() * 1000L);
                    }
                }
            }
        }
    }

    /** Returns the headers of the receiver's answer, for a floor that writes as much. */
    static List<String> headersOf(ServerUnderTest receiver) throws IOException, InterruptedException {
        byte[] body = SignedRequest.body(100);
        HttpResponse<String> answer = Probe.post(receiver, body, SignedRequest.signature(body));
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
