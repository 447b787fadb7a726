package org.corewebhook.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the README are the code that is compiled and run here. */
@Timeout(60)
class ReadmeTomcatTest {

    private static final Pattern SAMPLE =
            Pattern.compile("// README: (?!end)\\w+\\n(.*?\\n)\\s*// README: end", Pattern.DOTALL);
    private static final Path SOURCES = Path.of("src", "test", "java", "org", "corewebhook", "servlet");

    @Test
    void showsTheSamplesAsTheyAreCompiled() throws Exception {
        String readme = stripped(Files.readString(Path.of("README.md")));
        int samples = 0;
        for (String file : List.of("PlainServletSample.java", "SpringBootSample.java")) {
            Matcher matcher = SAMPLE.matcher(Files.readString(SOURCES.resolve(file)));
            while (matcher.find()) {
                assertThat(readme).contains(stripped(matcher.group(1)));
                samples++;
            }
        }
        assertThat(samples).isEqualTo(4);
    }

    @Test
    void thePlainServletExampleWorks(@TempDir Path folder) throws Exception {
        Validator signature = ValidatorList.parse(
                "{\"hmac\": {\"header\": \"X-Signature\", \"secret\": \"" + RawRequest.SECRET + "\"}}");
        try (ServletContainer tomcat =
                ServletContainer.tomcat(folder, context -> PlainServletSample.register(context, signature))) {
            RawRequest request = RawRequest.of("application/x-www-form-urlencoded", "payload=%7B%7D");
            assertThat(request.signed().send(tomcat.port(), "/app/hooks/github").text())
                    .isEqualTo("{} in 14 genuine bytes");
            assertThat(request.send(tomcat.port(), "/app/hooks/github").status())
                    .isEqualTo(401);
        }
    }

    /** Without indentation, which differs. */
    private static String stripped(String text) {
        return text.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
    }
}
