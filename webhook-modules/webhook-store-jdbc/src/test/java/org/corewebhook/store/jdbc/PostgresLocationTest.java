package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.corewebhook.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresLocationTest {

    @Test
    void takesItsOwnParametersOutAndShowsNoCredentials() throws Exception {
        PostgresLocation location = PostgresLocation.parse(
                "jdbc:postgresql://db:5433/events?user=me&password=p%26w%20d&lease=5s&sslmode=require");
        assertThat(location.url()).isEqualTo("jdbc:postgresql://db:5433/events");
        assertThat(location).hasToString("jdbc:postgresql://db:5433/events");
        assertThat(location.lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(location.schema()).isEqualTo("corewebhook");
        assertThat(location.properties())
                .containsEntry("user", "me")
                .containsEntry("password", "p&w d")
                .containsEntry("sslmode", "require")
                .containsEntry("socketTimeout", "15")
                .doesNotContainKey("lease");
    }

    @Test
    void hasALeaseOfFifteenSecondsUnlessToldOtherwise() throws Exception {
        assertThat(PostgresLocation.parse("jdbc:postgresql://db/events").lease())
                .isEqualTo(Duration.ofSeconds(15));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lease=5",
                "lease=100ms",
                "lease=soon",
                "currentSchema=a,b",
                "currentSchema=a%22b",
                "password=50%"
            })
    void refusesWhatItDoesNotUnderstand(String parameter) {
        assertThatThrownBy(() -> PostgresLocation.parse("jdbc:postgresql://db/events?password=geheim&" + parameter))
                .isInstanceOf(StoreException.class)
                .hasMessageNotContaining("geheim")
                .hasMessageNotContaining("50%");
    }
}
