package org.corewebhook.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonCheckPropertyTest {

    private static final String ALPHABET = "{}[]\",:0123456789.eE+-truefalsn\\u \nd8c0é漢😀\u0000\uFEFF";

    private final JsonCheck check = new JsonCheck(new PayloadLimits(1000, Integer.MAX_VALUE));

    @Property(tries = 1000)
    void agreesWithJacksonOnRandomBytes(@ForAll byte[] bytes) {
        assertAgreement(bytes);
    }

    @Property(tries = 4000)
    void agreesWithJacksonOnWhatLooksLikeJson(@ForAll("pieces") List<String> pieces) {
        assertAgreement(String.join("", pieces).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void acceptsWhatJacksonWrites(@ForAll("trees") JsonNode tree) throws Exception {
        assertThat(check.problem(TestJson.MAPPER.writeValueAsBytes(tree))).isNull();
    }

    @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
    void agreesWithJacksonOnDamagedJson(@ForAll("trees") JsonNode tree, @ForAll int where, @ForAll byte what)
            throws Exception {
        byte[] json = TestJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
        int at = Math.floorMod(where, json.length);
        byte[] changed = json.clone();
        changed[at] = what;

        assertAgreement(changed);
        assertAgreement(Arrays.copyOf(json, at));
        assertAgreement(Arrays.copyOfRange(json, at, json.length));
    }

    private void assertAgreement(byte[] bytes) {
        assertThat(check.problem(bytes) == null)
                .as("%s", Arrays.toString(bytes))
                .isEqualTo(TestJson.isJson(bytes));
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        Arbitrary<String> characters = Arbitraries.integers()
                .between(0, ALPHABET.codePointCount(0, ALPHABET.length()) - 1)
                .map(i -> Character.toString(ALPHABET.codePoints().toArray()[i]));
        Arbitrary<String> tokens = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"a\"",
                "\"\\ud83d\\ude00\"",
                "\"é\"",
                "\"\"",
                "1",
                "-0.5e3",
                "true",
                "null",
                " ",
                "\n",
                "{}",
                "[]",
                "\"k\":");
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(1, characters), net.jqwik.api.Tuple.of(4, tokens))
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<JsonNode> trees() {
        return TestJson.trees(List.of("a", "b c", "é", "\"", ""));
    }
}
