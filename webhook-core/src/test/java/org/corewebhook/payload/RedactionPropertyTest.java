package org.corewebhook.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Compares the splicing of bytes with the same change made to a tree. */
class RedactionPropertyTest {

    private static final Redaction MASKING = Redaction.masking(SensitiveNames.standard(), "***");
    private static final Redaction REMOVING = Redaction.removing(SensitiveNames.standard());

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void masksWhatATreeWouldMask(@ForAll("trees") JsonNode tree, @ForAll boolean indented) throws Exception {
        JsonNode masked = TestJson.MAPPER.readTree(MASKING.json(bytes(tree, indented)));

        assertThat(masked).isEqualTo(mask(reread(tree), false));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void removesWhatATreeWouldRemove(@ForAll("trees") JsonNode tree, @ForAll boolean indented) throws Exception {
        JsonNode kept = TestJson.MAPPER.readTree(REMOVING.json(bytes(tree, indented)));

        assertThat(kept).isEqualTo(remove(reread(tree)));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void printsTheSameValue(@ForAll("trees") JsonNode tree, @ForAll boolean indented) throws Exception {
        byte[] json = bytes(tree, indented);
        String line = JsonPrinter.oneLine(json, Integer.MAX_VALUE);

        assertThat(line).doesNotContain("\n");
        assertThat(TestJson.MAPPER.readTree(line)).isEqualTo(reread(tree));
        assertThat(TestJson.MAPPER.readTree(JsonPrinter.indented(json))).isEqualTo(reread(tree));
    }

    @Property
    void leavesWhatIsNotJsonAlone(@ForAll byte[] bytes) {
        boolean json = TestJson.isJson(bytes);

        assertThat(MASKING.json(bytes) != null).isEqualTo(json);
        assertThat(REMOVING.json(bytes) != null).isEqualTo(json);
        assertThat(JsonPrinter.indented(bytes) != null).isEqualTo(json);
    }

    private static byte[] bytes(JsonNode tree, boolean indented) throws Exception {
        return indented
                ? TestJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree)
                : TestJson.MAPPER.writeValueAsBytes(tree);
    }

    /** Numbers compare by their type, too: so both sides are read in the same way. */
    private static JsonNode reread(JsonNode tree) throws Exception {
        return TestJson.MAPPER.readTree(TestJson.MAPPER.writeValueAsBytes(tree));
    }

    private static JsonNode mask(JsonNode node, boolean hidden) {
        if (node instanceof ArrayNode array) {
            ArrayNode masked = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> masked.add(mask(item, hidden)));
            return masked;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode masked = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(member ->
                            masked.set(member.getKey(), mask(member.getValue(), hidden || sensitive(member.getKey()))));
            return masked;
        }
        return hidden ? JsonNodeFactory.instance.textNode("***") : node;
    }

    private static JsonNode remove(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode kept = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> kept.add(remove(item)));
            return kept;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode kept = JsonNodeFactory.instance.objectNode();
            object.properties().stream()
                    .filter(member -> !sensitive(member.getKey()))
                    .forEach(member -> kept.set(member.getKey(), remove(member.getValue())));
            return kept;
        }
        return node;
    }

    private static boolean sensitive(String name) {
        return name.equals("password") || name.equals("api_key");
    }

    @Provide
    Arbitrary<JsonNode> trees() {
        return TestJson.trees(List.of("a", "é\"", "password", "api_key", "monkey"));
    }
}
