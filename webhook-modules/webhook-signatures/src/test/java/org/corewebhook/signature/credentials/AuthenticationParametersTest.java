package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationParametersTest {

    @Test
    void readsTokensAndQuotedTexts() {
        assertThat(AuthenticationParameters.parse("a=b, c=\"d, e=\\\"f\\\"\" ,\tg=\"\""))
                .containsExactly(Map.entry("a", "b"), Map.entry("c", "d, e=\"f\""), Map.entry("g", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "=b",
                "a=",
                "a=b c=d",
                "a=b,",
                ",a=b",
                "a=b,,c=d",
                "a=\"b",
                "a=\"b\\",
                "a=b, a=c",
                "a=\"b\"c",
                "a =b",
                "a= b",
                "a=b;c=d",
                "a=\"b\nc\"",
                "a=\"\u0000\"",
                "a=(b)",
                "\u00e4=b"
            })
    void refusesWhatCouldBeUnderstoodInAnotherWay(String text) {
        assertThat(AuthenticationParameters.parse(text)).isNull();
    }

    @Test
    void refusesMoreParametersThanAnyHonestHeaderHas() {
        StringBuilder text = new StringBuilder("a0=1");
        for (int i = 1; i <= 40; i++) {
            text.append(",a").append(i).append("=1");
        }
        assertThat(AuthenticationParameters.parse(text.toString())).isNull();
    }

    @Property
    void neverThrows(@ForAll String text) {
        Map<String, String> parameters = AuthenticationParameters.parse(text);
        assertThat(parameters == null || !parameters.isEmpty()).isTrue();
    }

    @Property
    void neverThrowsForNearlyGoodTexts(@ForAll("nearly") String text) {
        Map<String, String> parameters = AuthenticationParameters.parse(text);
        assertThat(parameters == null || !parameters.containsKey("")).isTrue();
    }

    @Property
    void readsWhatIsWrittenByTheRules(@ForAll("parameters") Map<String, String> parameters) {
        StringBuilder text = new StringBuilder();
        parameters.forEach((name, value) -> text.append(text.isEmpty() ? "" : ", ")
                .append(name)
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                .append('"'));

        assertThat(AuthenticationParameters.parse(text.toString())).isEqualTo(new LinkedHashMap<>(parameters));
    }

    @Provide
    Arbitrary<String> nearly() {
        return Arbitraries.strings().withChars("ab=\", \\\t").ofMaxLength(20);
    }

    @Provide
    Arbitrary<Map<String, String>> parameters() {
        Arbitrary<String> names = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8);
        Arbitrary<String> values = Arbitraries.strings()
                .withCharRange(' ', '~')
                .withCharRange('\u00a0', '\u00ff')
                .ofMaxLength(20);
        return Arbitraries.maps(names, values).ofMinSize(1).ofMaxSize(8);
    }
}
