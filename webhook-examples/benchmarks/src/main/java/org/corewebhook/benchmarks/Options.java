package org.corewebhook.benchmarks;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the command line says: {@code --rounds 5 --warm-up 6 --seconds 5 --starts 5 --connections 32 --sizes 1024,10240
 * --war FILE --java HOME --jvm "-Xmx256m" --bootstrap 127.0.0.1:9092 --peers FOLDER}.
 *
 * @param rounds rounds in which the targets take turns
 * @param warmUp rounds before that are not measured: on two processors the compiler needs half a minute per target
 * @param seconds how long each is driven in a round
 * @param starts how often each is started to time that, in turn, too; 0 leaves it out
 * @param connections kept connections, each with one request at a time
 * @param sizes sizes of bodies in bytes
 * @param war the receiver
 * @param java home of the Java that runs the servers
 * @param jvm options of the servers' JVMs
 * @param bootstrap a broker of Kafka, for the benchmark that needs one
 * @param peers what describes the other receivers, for the benchmark with them
 */
record Options(
        int rounds,
        int warmUp,
        int seconds,
        int starts,
        int connections,
        List<Integer> sizes,
        Path war,
        Path java,
        List<String> jvm,
        String bootstrap,
        Path peers) {

    static Options parse(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new IllegalArgumentException("Options are --name value, not " + arguments[i]);
            }
            given.put(arguments[i].substring(2), arguments[i + 1]);
        }
        Options options = new Options(
                Integer.parseInt(take(given, "rounds", "5")),
                Integer.parseInt(take(given, "warm-up", "6")),
                Integer.parseInt(take(given, "seconds", "5")),
                Integer.parseInt(take(given, "starts", "5")),
                Integer.parseInt(take(given, "connections", "32")),
                Stream.of(take(given, "sizes", "1024,10240").split(",", -1))
                        .map(Integer::valueOf)
                        .toList(),
                Path.of(take(given, "war", "webhook-examples/webhook-war/target/webhook.war")),
                Path.of(take(given, "java", System.getProperty("java.home"))),
                List.of(take(given, "jvm", "-Xmx512m").split(" ", -1)),
                take(given, "bootstrap", "127.0.0.1:9092"),
                Path.of(take(given, "peers", "webhook-examples/benchmarks/peers")));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("Unknown options: " + given.keySet());
        }
        return options;
    }

    private static String take(Map<String, String> given, String name, String standard) {
        String value = given.remove(name);
        return value == null ? standard : value;
    }

    String javaCommand() {
        return java.resolve("bin").resolve("java").toString();
    }
}
