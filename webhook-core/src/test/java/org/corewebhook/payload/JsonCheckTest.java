package org.corewebhook.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCheckTest {

    private static final String MALFORMED = "Malformed JSON payload";

    private final JsonCheck check = new JsonCheck(PayloadLimits.defaults());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "12",
                "-0",
                "-0.5e+10",
                "1E5",
                "0.0",
                "true",
                "false",
                "null",
                "\"\"",
                "\"a\\u0041\\n\"",
                " \n\t{\"a\":1}\r\n ",
                "{\"a\":1,\"a\":2}",
                "[1 , 2,[ ],{ }]",
                "{ \"a\" : [ ] , \"b\" : { } }",
                "{\"t\":\"žąsis ✓ 漢字 😀\"}",
                "{\"a\":\"\\ud800\"}",
                "\"\\udc00\\ud800x\"",
                "\"\\uD83D\\uDE00\"",
                "{\"a\":12345678901234567890123456789}",
                "\"\u007f\u0085\u2028\"",
                "\"\\/\\b\\f\\r\\t\\\\\\\"\"",
                "{\"\":\"\"}",
                "1e999999"
            })
    void acceptsOneValueOfAnyType(String json) {
        assertThat(check.problem(utf8(json))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "{\"a\":1,}",
                "[1,]",
                "[,1]",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "[1 2]",
                "[",
                "{",
                "]",
                "}",
                "[}",
                "{]",
                "[1}",
                "{\"a\":1]",
                "\"",
                "\"a",
                "\"\\",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\x\"",
                "\"\\ud83d\\u12\"",
                "\"\n\"",
                "\"\u0000\"",
                "\"\u001f\"",
                "NaN",
                "Infinity",
                "-Infinity",
                "[NaN]",
                "+1",
                "01",
                "-01",
                "-",
                ".5",
                "1.",
                "1.e5",
                "1e",
                "1e+",
                "0x1",
                "1_0",
                "tru",
                "truex",
                "nul",
                "TRUE",
                "1 2",
                "{} {}",
                "{}x",
                "[]]",
                "\"a\"\"b\"",
                "//c\n1",
                "1//c",
                "1,",
                "[1],",
                "\u00a01",
                "\u000b1",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,,\"b\":2}",
                "{1:2}",
                "{null:1}",
                "\uFEFF{}"
            })
    void rejectsWhatIsNotExactlyOneValue(String json) {
        assertThat(check.problem(utf8(json))).isEqualTo(MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff",
                "80",
                "bf",
                "c080",
                "c1bf",
                "c2",
                "c220",
                "e08080",
                "e09fbf",
                "e2",
                "e282",
                "e28228",
                "eda080",
                "edbfbf",
                "f08080af",
                "f08fbfbf",
                "f0",
                "f09f",
                "f09f98",
                "f09f9828",
                "f4908080",
                "f5808080",
                "fe"
            })
    void rejectsBytesThatAreNotUtf8(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        byte[] json = new byte[bad.length + 4];
        json[0] = '[';
        json[1] = '"';
        System.arraycopy(bad, 0, json, 2, bad.length);
        json[json.length - 2] = '"';
        json[json.length - 1] = ']';

        assertThat(check.problem(json)).isEqualTo(MALFORMED);
        assertThat(check.problem(bad)).isEqualTo(MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf"})
    void acceptsTheFirstAndLastSequenceOfEachLength(String hex) {
        assertThat(check.problem(HexFormat.of().parseHex("22" + hex + "22"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
    void rejectsOtherEncodings(String charset) {
        assertThat(check.problem("{\"a\":1}".getBytes(java.nio.charset.Charset.forName(charset))))
                .isEqualTo(MALFORMED);
    }

    @Test
    void acceptsNumbersOfAnyLength() {
        assertThat(check.problem(utf8("{\"a\":" + "1".repeat(5000) + "}"))).isNull();
    }

    @Test
    void countsLevelsFromZero() {
        String tooDeep = "JSON too deeply nested: 51 levels (max: 50)";

        assertThat(check.problem(utf8("[".repeat(51) + "]".repeat(51)))).isNull();
        assertThat(check.problem(utf8("{\"a\":".repeat(50) + "{}" + "}".repeat(50))))
                .isNull();
        assertThat(check.problem(utf8("[".repeat(52) + "]".repeat(52)))).isEqualTo(tooDeep);
        assertThat(check.problem(utf8("[".repeat(51) + "1" + "]".repeat(51)))).isEqualTo(tooDeep);
        assertThat(check.problem(utf8("{\"a\":".repeat(51) + "1" + "}".repeat(51))))
                .isEqualTo(tooDeep);
        assertThat(check.problem(utf8("[".repeat(100_000) + "]".repeat(100_000))))
                .isEqualTo(tooDeep);
    }

    @Test
    void doesNotAddUpSiblings() {
        assertThat(check.problem(utf8("[" + "[[]],{\"a\":{}},".repeat(1000) + "1]")))
                .isNull();
    }

    @Test
    void limitsTheLengthOfStringValuesButNotOfKeys() {
        String limit = "x".repeat(1_048_576);

        assertThat(check.problem(utf8("{\"a\":\"" + limit + "\"}"))).isNull();
        assertThat(check.problem(utf8("{\"" + limit + "k\":1}"))).isNull();
        assertThat(check.problem(utf8("[[\"" + limit + "x\"]]")))
                .isEqualTo("String too long: 1048577 chars (max: 1048576)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abcde",
                "😀😀😀😀😀",
                "\\ud83d\\ude00bcde",
                "\\u0041\\n\\\\\\\"\\/",
                "žž漢漢é",
                "\\ud800a\\ud800\\u0041b"
            })
    void countsCharactersAsPythonDoes(String fiveCharacters) {
        byte[] json = utf8("[\"" + fiveCharacters + "\"]");

        assertThat(new JsonCheck(new PayloadLimits(50, 5)).problem(json)).isNull();
        assertThat(new JsonCheck(new PayloadLimits(50, 4)).problem(json))
                .isEqualTo("String too long: 5 chars (max: 4)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"%s\":1,", "\"k\":\"%s\",", "\"k\":[[],{},-1.5e3,null,\"\\u00e9 %s\"],"})
    void allocatesNextToNothingWhateverTheShape(String member) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; text.length() < 1_000_000; i++) {
            text.append(member.formatted("k" + i));
        }
        byte[] json = utf8(text + "\"end\":0}");
        assertThat(check.problem(json)).isNull();

        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        check.problem(json);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000);
    }

    @Test
    void refusesNegativeLimits() {
        assertThatThrownBy(() -> new PayloadLimits(-1, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PayloadLimits(1, -5)).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
