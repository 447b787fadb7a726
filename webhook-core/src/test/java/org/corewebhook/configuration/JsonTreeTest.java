package org.corewebhook.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTreeTest {

    static Stream<Object> values() {
        return Stream.of(
                "text",
                "",
                true,
                1,
                1L,
                Long.MAX_VALUE,
                (short) 1,
                1.5,
                1.5f,
                new BigDecimal("1.50"),
                'c',
                TimeUnit.SECONDS,
                List.of("a", 1, List.of()),
                Set.of("a"),
                Arrays.asList("a", null),
                new String[] {"a", "b"},
                new byte[] {1, 2},
                Map.of(),
                Map.of("a", Map.of("b", List.of(true))),
                Map.of(1, "a", TimeUnit.DAYS, "b"),
                new ObjectMapper().createObjectNode().put("a", 1));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueBecomesWhatJacksonMakesOfIt(Object value) {
        assertThat(JsonTree.of(value)).isEqualTo(new ObjectMapper().valueToTree(value));
    }

    @Test
    void nothingBecomesNull() {
        Map<String, @Nullable String> map = new LinkedHashMap<>();
        map.put("a", null);

        assertThat(JsonTree.of(null).isNull()).isTrue();
        assertThat(JsonTree.of(map)).hasToString("{\"a\":null}");
    }
}
