package org.corewebhook.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple.Tuple2;
import org.junit.jupiter.api.Test;

class FormParametersTest {

    @Property(tries = 300)
    void whatWasEncodedComesBackInOrder(@ForAll("pairs") List<Tuple2<String, String>> pairs) {
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
            StringBuilder text = new StringBuilder();
            Map<String, List<String>> expected = new LinkedHashMap<>();
            for (Tuple2<String, String> pair : pairs) {
                text.append(text.isEmpty() ? "" : "&").append(URLEncoder.encode(pair.get1(), charset));
                text.append('=').append(URLEncoder.encode(pair.get2(), charset));
                expected.computeIfAbsent(pair.get1(), name -> new java.util.ArrayList<>())
                        .add(pair.get2());
            }
            FormParameters parameters = new FormParameters();
            parameters.addEncoded(text.toString().getBytes(charset), charset);

            Map<String, List<String>> seen = new LinkedHashMap<>();
            parameters.toMap().forEach((name, values) -> seen.put(name, List.of(values)));
            assertThat(List.copyOf(seen.entrySet())).isEqualTo(List.copyOf(expected.entrySet()));
        }
    }

    @Provide
    Arbitrary<List<Tuple2<String, String>>> pairs() {
        Arbitrary<String> text =
                Arbitraries.strings().withCharRange('\u0001', '\u00ff').ofMaxLength(6);
        return net.jqwik.api.Combinators.combine(text, text)
                .as(net.jqwik.api.Tuple::of)
                .list()
                .ofMaxSize(8);
    }

    @Property(tries = 500)
    void anyBytesAreTakenWithoutComplaint(@ForAll byte[] form) {
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
            FormParameters parameters = new FormParameters();
            parameters.addEncoded(form, charset);
            assertThat(parameters.toMap().values())
                    .allSatisfy(values -> assertThat(values).isNotEmpty());
        }
    }

    @Test
    void queryComesBeforeBody() {
        FormParameters parameters = new FormParameters();
        parameters.addQuery("a=query&b");
        parameters.addEncoded("a=body".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(parameters.toMap().get("a")).containsExactly("query", "body");
        assertThat(parameters.toMap().get("b")).containsExactly("");
    }

    @Test
    void aFloodOfParametersIsRefused() {
        FormParameters parameters = new FormParameters();
        parameters.addQuery("a&".repeat(FormParameters.MAX_PARAMETERS));
        assertThatThrownBy(() -> parameters.addQuery("a")).isInstanceOf(IllegalStateException.class);
    }
}
