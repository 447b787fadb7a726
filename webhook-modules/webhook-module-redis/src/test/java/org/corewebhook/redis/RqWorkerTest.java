package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker of RQ itself takes the jobs, runs a function of a task file and says what it was given. */
class RqWorkerTest {

    private static final String INSTALL = "apt-get install -y python3-rq";

    /** Compares the payload with what Python makes of the bytes that were sent, type by type. */
    private static final String TASKS = """
            import ast, base64, json, os

            def handle(payload, headers):
                sent = base64.b64decode(headers['x-sent'])
                expected = sent if headers['content-type'] == 'application/octet-stream' else json.loads(sent)
                with open(os.environ['SEEN'], 'a') as seen:
                    seen.write('%s %s %s\\n' % (
                        ascii(payload) == ascii(expected),
                        type(payload).__name__,
                        json.dumps(headers, sort_keys=True)))
            """;

    private final RedisServer server = RedisServer.shared();
    private final String queue = "test-" + UUID.randomUUID();

    @TempDir
    Path folder;

    @BeforeEach
    void writeTheTasks() throws Exception {
        Files.writeString(folder.resolve("tasks.py"), TASKS);
    }

    @Test
    void workerIsCalledWithDecodedJsonAndLowerCaseHeaders() throws Exception {
        String json = """
                {"int": 1, "negative": -70000, "long": 4294967296, "big": 123456789012345678901234567890,
                 "small": -9223372036854775809, "float": 1.50, "exact": 0.1, "exponent": 1E5, "huge": 1e400,
                 "zero": -0.0, "yes": true, "no": false, "nothing": null, "list": [[1], [1], [], {}],
                 "text": "\u00e9 \u6f22 \ud83d\ude00 \\ud800 \\u0000", "a": 1, "a": 2, "": {"\u00e9": "\u00e9"}}
                """;
        Map<String, String> config = Map.of();

        deliver(
                config,
                "json",
                json.getBytes(UTF_8),
                "[]".getBytes(UTF_8),
                "\"text\"".getBytes(UTF_8),
                "7".getBytes(UTF_8));
        List<String> seen = work();

        assertThat(seen).hasSize(4);
        assertThat(seen.get(0)).startsWith("True dict {\"content-type\": \"application/json\", \"x-event\": \"a, b\"");
        assertThat(seen.get(1)).startsWith("True list ");
        assertThat(seen.get(2)).startsWith("True str ");
        assertThat(seen.get(3)).startsWith("True int ");
    }

    @Test
    void workerIsCalledWithBytesWhenDataTypeIsBlob() throws Exception {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }

        deliver(Map.of(), "blob", everyByte, new byte[0], "{}".getBytes(UTF_8));

        assertThat(work()).hasSize(3).allSatisfy(line -> assertThat(line).startsWith("True bytes "));
    }

    @Test
    void workerThatReadsJsonIsCalledWithTheSame() throws Exception {
        byte[] json = "{\"big\": 123456789012345678901234567890, \"text\": \"\u00e9\"} \n".getBytes(UTF_8);

        deliver(Map.of("serializer", "json"), "json", json);

        assertThat(work("--serializer", "rq.serializers.JSONSerializer"))
                .singleElement()
                .asString()
                .startsWith("True dict {\"content-type\": \"application/json\", \"x-event\": \"a, b\"");
    }

    @Test
    void jobHasTheFieldsOfRqAndNoContentInItsDescription() throws Exception {
        String id = deliver(Map.of("job_timeout", "2m", "result_ttl", 60), "json", "{\"n\":1}".getBytes(UTF_8))
                .get(0);

        String key = "rq:job:" + id;
        assertThat(server.cli("SISMEMBER", "rq:queues", "rq:queue:" + queue)).isEqualTo("1");
        assertThat(server.cli("LRANGE", "rq:queue:" + queue, "0", "-1")).isEqualTo(id);
        assertThat(server.cli("HGET", key, "status")).isEqualTo("queued");
        assertThat(server.cli("HGET", key, "origin")).isEqualTo(queue);
        assertThat(server.cli("HGET", key, "timeout")).isEqualTo("120");
        assertThat(server.cli("HGET", key, "result_ttl")).isEqualTo("60");
        assertThat(server.cli("HGET", key, "description")).isEqualTo("tasks.handle({...}, {...})");
        assertThat(server.cli("HGET", key, "created_at")).matches("2026-01-01T00:00:\\d\\d\\.\\d{6}Z");
        assertThat(server.cli("TTL", key)).isEqualTo("-1");
        assertThat(work()).hasSize(1);
        assertThat(server.cli("HGET", key, "status")).isEqualTo("finished");
    }

    private List<String> deliver(Map<String, ?> config, String dataType, byte[]... bodies) throws Exception {
        Map<String, Object> all = new LinkedHashMap<>(config);
        all.put("queue_name", queue);
        all.put("function", "tasks.handle");
        Settings settings =
                Settings.of(Map.of("data_type", dataType, "module-config", all)).object("module-config");
        List<WebhookEvent> events = new ArrayList<>();
        for (byte[] body : bodies) {
            String type = dataType.equals("json") ? "application/json" : "application/octet-stream";
            String sent = Base64.getEncoder().encodeToString(body);
            events.add(Events.event(
                    Headers.of("Content-Type", type, "X-Event", "a", "X-Sent", sent, "x-event", "b"), body));
        }
        try (SharedConnection connection = server.connection();
                OutputModule module = new RedisRqProvider().create(settings, connection)) {
            assertThat(settings.problems()).isEmpty();
            assertThat(module.deliverAll(events))
                    .allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
        }
        return events.stream().map(WebhookEvent::id).toList();
    }

    private List<String> work(String... options) throws Exception {
        Path seen = folder.resolve("seen");
        List<String> command = new ArrayList<>(List.of(
                TestPrograms.find("/usr/bin/python3", INSTALL).toString(),
                TestPrograms.find("/usr/bin/rq", INSTALL).toString(),
                "worker",
                "--burst",
                "-u",
                "redis://" + server.host + ":" + server.port));
        command.addAll(List.of(options));
        command.add(queue);
        String log = RedisServer.run(
                command, Map.of("PYTHONPATH", folder.toString(), "SEEN", seen.toString(), "LC_ALL", "C.UTF-8"));
        assertThat(seen).as(log).exists();
        return Files.readAllLines(seen);
    }
}
