package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    private static final String SECRET = "s3cret-of-the-sender";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @BeforeEach
    void configure() throws Exception {
        Files.writeString(folder.resolve("webhooks.json"), """
                {"orders": {"module": "log", "signature": {"scheme": "github", "secret": "{$SECRET}"}},
                 "plain": {"module": "log", "authorization": "Bearer x"},
                 "closed": {"module": "log", "signature": {"scheme": "github", "secret": "{$MISSING}"}}}
                """);
    }

    @Test
    void aRightSignatureIsSaidToBeRight() throws Exception {
        assertThat(explain("orders", request("{\"a\": 1}", "{\"a\": 1}"))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("github: The signature is right");
    }

    @Test
    void aBodyThatSomethingReserialisedIsFoundOut() throws Exception {
        assertThat(explain("orders", request("{\"a\":1}", "{\"a\": 1}"))).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("re-serialised body")
                .doesNotContain(SECRET);
    }

    @Test
    void aTrimmedBodyIsFoundOut() throws Exception {
        assertThat(explain("orders", request("{}", "{}\n"))).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("trimmed body");
    }

    @Test
    void whatCannotBeExplainedSaysWhatToDo() throws Exception {
        assertThat(explain("nobody", request("{}", "{}"))).isEqualTo(1);
        assertThat(explain("plain", request("{}", "{}"))).isEqualTo(1);
        assertThat(explain("closed", request("{}", "{}"))).isEqualTo(1);
        assertThat(explain("orders", "nonsense")).isEqualTo(1);
        assertThat(command().run(List.of("orders"))).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .contains(
                        "no endpoint nobody", "no \"signature\"", "not configured correctly", "not a request", "Usage");
    }

    private int explain(String endpoint, String request) throws Exception {
        Path file = folder.resolve("request.http");
        Files.writeString(file, request);
        return command().run(List.of("--endpoint", endpoint, file.toString()));
    }

    private ExplainCommand command() {
        Map<String, String> variables =
                Map.of("WEBHOOKS_CONFIG_FILE", folder.resolve("webhooks.json").toString(), "SECRET", SECRET);
        return new ExplainCommand(
                ServerSettings.of(variables::get),
                variables::get,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    private static String request(String signedBody, String sentBody) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = HexFormat.of().formatHex(mac.doFinal(signedBody.getBytes(StandardCharsets.UTF_8)));
        return "POST /webhook/orders HTTP/1.1\r\nContent-Type: application/json\nX-Hub-Signature-256: sha256="
                + signature + "\r\n\r\n" + sentBody;
    }
}
