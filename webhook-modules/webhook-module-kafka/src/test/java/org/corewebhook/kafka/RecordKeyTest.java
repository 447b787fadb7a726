package org.corewebhook.kafka;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.corewebhook.configuration.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordKeyTest {

    private static final String PAYLOAD = """
            {"skipped": {"id": 1, "list": [{"id": 2}, [3]]}, "order": {"id": "A-1", "id": "A-2", "caf\u00e9": "\\u00fc"},
             "total": 12.50, "big": 1E+400, "paid": true, "note": null, "empty": "", "a/b": {"m~n": "slash"},
             "items": [{"sku": "s0"}, {"sku": "s1"}, "last"], "": {"0": "zero"}}
            """;

    @ParameterizedTest
    @CsvSource({
        "/order/id, A-1",
        "/order/caf\u00e9, \u00fc",
        "/total, 12.50",
        "/big, 1E+400",
        "/paid, true",
        "/empty, ''",
        "/a~1b/m~0n, slash",
        "/items/0/sku, s0",
        "/items/1/sku, s1",
        "/items/2, last",
        "//0, zero"
    })
    void isTheValueThatThePointerNames(String pointer, String expected) {
        assertThat(key(pointer, PAYLOAD.getBytes(UTF_8))).isEqualTo(expected.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/missing",
                "/order",
                "/items",
                "/items/3",
                "/items/-",
                "/items/x",
                "/note",
                "/note/x",
                "/order/id/x",
                "/id"
            })
    void isNoneWhenThereIsNoSuchTextOrNumber(String pointer) {
        assertThat(key(pointer, PAYLOAD.getBytes(UTF_8))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "{\"x\":1",
                "{\"x\":{\"id\":",
                "[",
                "\u0000",
                "\"id\"",
                "{\"a\":01,\"id\":1}"
            })
    void isNoneWhenThePayloadIsNotJsonUpToThere(String body) {
        assertThat(key("/id", body.getBytes(UTF_8))).isNull();
    }

    @Test
    void isNoneWhenThePayloadIsJsonInAnotherEncoding() {
        assertThat(key("/id", "{\"id\":\"1\"}".getBytes(UTF_16))).isNull();
    }

    @Test
    void isFoundBehindWhatJacksonHasLimitsFor() {
        String body = "{\"deep\":" + "[".repeat(5_000) + "]".repeat(5_000) + ",\"" + "n".repeat(100_000) + "\":"
                + "9".repeat(100_000) + ",\"id\":\"found\"}";

        assertThat(key("/id", body.getBytes(UTF_8))).isEqualTo("found".getBytes(UTF_8));
    }

    @Test
    void isTheConstantWhateverThePayload() {
        assertThat(key("caf\u00e9", new byte[] {1})).isEqualTo("caf\u00e9".getBytes(UTF_8));
        assertThat(key("", new byte[] {1})).isNull();
    }

    private static byte[] key(String setting, byte[] body) {
        return RecordKey.read(Settings.of(Map.of("key", setting))).of(body);
    }
}
