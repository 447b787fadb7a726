package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value of the wrong type under every key, one at a time: a clear problem, never a crash, never an open door. */
class WrongTypesTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String EVERYTHING = """
            {"data_type": "json", "module": "http_webhook",
             "module-config": {"url": "http://127.0.0.1:9/", "method": "POST", "forward_headers": true,
                               "headers": {"X-A": "b"}, "timeout": 1, "connect_timeout": 1, "allowed_hosts": ["127.0.0.1"],
                               "allowed_headers": ["X-B"], "max_connections": 2},
             "authorization": "Bearer t",
             "basic_auth": {"username": "u", "password": "p"},
             "jwt": {"secret": "01234567890123456789012345678901", "algorithm": "HS256", "issuer": "i", "audience": "a",
                     "verify_exp": true},
             "hmac": {"secret": "s", "header": "X-H", "algorithm": "sha256", "encoding": "hex"},
             "header_auth": {"api_key": "k", "header_name": "X-K", "case_sensitive": true},
             "query_auth": {"api_key": "k", "parameter_name": "k", "case_sensitive": true},
             "ip_whitelist": ["127.0.0.1"], "trusted_proxies": ["127.0.0.1"],
             "rate_limit": {"max_requests": 3, "window_seconds": 60, "per": "endpoint", "enabled": true},
             "retry": {"enabled": true, "max_attempts": 2, "initial_delay": 0.01, "max_delay": 0.1,
                       "backoff_multiplier": 2},
             "credential_cleanup": {"enabled": true, "mode": "mask", "fields": ["a"]},
             "acknowledge": "delivered", "acknowledge_timeout": "10ms", "max_pending": 5, "max_in_flight": 2,
             "forward_credentials": false}
            """;

    private static final String ON_DISK = "{\"module\": \"save_to_disk\", \"module-config\": {\"path\": \"BASE/p\","
            + " \"base_dir\": \"BASE\", \"extension\": \"txt\", \"fsync\": true}}";
    private static final String LOGGED =
            "{\"module\": \"log\", \"module-config\": {\"pretty_print\": true," + " \"redact_sensitive\": true}}";

    @TempDir
    private Path folder;

    @Test
    void everyWrongTypeIsAProblemThatNamesTheKey() throws Exception {
        for (String endpoint : List.of(EVERYTHING, ON_DISK, LOGGED)) {
            ObjectNode right = (ObjectNode)
                    MAPPER.readTree(endpoint.replace("BASE", folder.resolve("b").toString()));
            for (String pointer : pointers(right, "")) {
                for (String wrong : List.of("{\"zzz\": {}}", "[[1]]", "\"\\u0000 ?\"", "-7.5", "null")) {
                    check(right, pointer, MAPPER.readTree(wrong));
                }
            }
        }
    }

    private void check(ObjectNode right, String pointer, JsonNode wrong) throws Exception {
        ObjectNode endpoint = right.deepCopy();
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) endpoint.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), wrong);
        Path webhooks = folder.resolve("webhooks.json");
        Files.writeString(webhooks, MAPPER.createObjectNode().set("a", endpoint).toString());
        try (WebhookProcessor processor = WebhookProcessor.fromFiles(webhooks, null)) {
            List<Problem> problems = processor.configuration().problems();
            if (!wrong.isNull() && !wrong.isTextual()) {
                assertThat(problems).as(pointer + " = " + wrong).isNotEmpty();
            }
            assertThat(problems)
                    .as(pointer + " = " + wrong)
                    .allSatisfy(problem ->
                            assertThat(problem.message()).isNotBlank().doesNotContain("Exception"));
            if (endpoint.path("module").asText().equals("save_to_disk")) {
                return; // what counts as unset means the working directory, which is no place for a test's files
            }
            int status = processor
                    .process(WebhookRequest.post("/webhook/a").body("{}").build())
                    .status();
            assertThat(status).as(pointer + " = " + wrong).isNotEqualTo(500);
            if (right.has("authorization")) {
                assertThat(status).as(pointer + " = " + wrong).isNotEqualTo(200);
            }
        }
    }

    private static List<String> pointers(ObjectNode object, String parent) {
        List<String> pointers = new ArrayList<>();
        object.properties().forEach(entry -> {
            String pointer = parent + "/" + entry.getKey();
            pointers.add(pointer);
            if (entry.getValue() instanceof ObjectNode nested && !pointer.endsWith("/headers")) {
                pointers.addAll(pointers(nested, pointer));
            }
        });
        return pointers;
    }
}
