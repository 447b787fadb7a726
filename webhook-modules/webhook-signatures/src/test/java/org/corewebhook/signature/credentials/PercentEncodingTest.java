package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {

    @ParameterizedTest
    @CsvSource({
        "abcXYZ019-._~,abcXYZ019-._~",
        "a b,a%20b",
        "+*/,%2B%2A%2F",
        "=&%,%3D%26%25",
        "\u00e9\u20ac,%C3%A9%E2%82%AC",
        "\ud83d\ude00,%F0%9F%98%80"
    })
    void encodesAsTheRfcSays(String text, String encoded) {
        assertThat(PercentEncoding.encode(text)).isEqualTo(encoded);
    }

    @Test
    void readsAPlusAsASpaceInFormsOnly() {
        assertThat(PercentEncoding.decode("a+b", true)).isEqualTo("a b");
        assertThat(PercentEncoding.decode("a+b", false)).isEqualTo("a+b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "a%", "%zz", "%+1", "% 1", "%\u0661\u0661", "\u00e9", "%C3", "%ED%A0%80", "%FF"})
    void refusesBrokenEscapesAndWhatIsNotUtf8(String text) {
        assertThat(PercentEncoding.decode(text, true)).isNull();
    }

    @Property
    void decodesWhatItEncodes(@ForAll @StringLength(max = 30) @CharRange(from = '\u0000', to = '\ud7ff') String text) {
        assertThat(PercentEncoding.decode(PercentEncoding.encode(text), false)).isEqualTo(text);
    }

    @Property
    void neverThrows(@ForAll String text) {
        String decoded = PercentEncoding.decode(text, true);
        assertThat(decoded == null || decoded.length() <= text.length()).isTrue();
        assertThat(PercentEncoding.encode(text)).matches("[A-Za-z0-9._~%-]*");
    }
}
