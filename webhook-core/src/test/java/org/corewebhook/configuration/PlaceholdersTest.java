package org.corewebhook.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {

    private static final Map<String, String> VARIABLES =
            Map.of("A", "alpha", "B", "p$ss(1)&x;|`{$A}", "EMPTY", "", "PORT", "8080");

    @Test
    void replacesAWholeValueAndNeverAltersIt() throws Exception {
        assertThat(resolve("{\"v\":\"{$B}\"}").at("/v").asText()).isEqualTo("p$ss(1)&x;|`{$A}");
    }

    @Test
    void replacesInsideTextInListsAndInNestedObjects() throws Exception {
        JsonNode resolved =
                resolve("{\"u\":\"http://{$A}:{$PORT}/{$X:events}\",\"l\":[\"{$A}\",{\"k\":\"{$A}{$A:x}\"}]}");

        assertThat(resolved.at("/u").asText()).isEqualTo("http://alpha:8080/events");
        assertThat(resolved.at("/l/0").asText()).isEqualTo("alpha");
        assertThat(resolved.at("/l/1/k").asText()).isEqualTo("alphaalpha");
    }

    @Test
    void usesTheDefaultOnlyWhenTheVariableIsNotSetAndItMayBeEmpty() throws Exception {
        JsonNode resolved = resolve("{\"a\":\"{$A:x}\",\"b\":\"{$X:}\",\"c\":\"{$EMPTY:x}\",\"d\":\"{$X:a:b}\"}");

        assertThat(resolved.at("/a").asText()).isEqualTo("alpha");
        assertThat(resolved.at("/b").asText()).isEmpty();
        assertThat(resolved.at("/c").asText()).isEmpty();
        assertThat(resolved.at("/d").asText()).isEqualTo("a:b");
    }

    @Test
    void twoPlaceholdersSideBySideAreTwo() throws Exception {
        assertThat(resolve("{\"v\":\"{$A:x}{$X:y}\"}").at("/v").asText()).isEqualTo("alphay");
    }

    @Test
    void namesEveryValueThatNeedsAVariableWhichIsNotSet() throws Exception {
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree("{\"a\":\"{$X}\",\"l\":[\"x{$Y}y\"]}");
        Placeholders.Resolved resolved = new Placeholders(name -> null).resolve(JsonSource.of("test", root));

        assertThat(resolved.unset()).containsExactlyInAnyOrderEntriesOf(Map.of("/a", "X", "/l/0", "Y"));
        assertThat(resolved.source().root().toString()).doesNotContain("X").doesNotContain("Undefined");
    }

    private static JsonNode resolve(String json) throws Exception {
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree(json);
        return new Placeholders(VARIABLES::get)
                .resolve(JsonSource.of("test", root))
                .source()
                .root();
    }
}
