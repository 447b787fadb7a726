package org.corewebhook.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.corewebhook.spi.DeliveryException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickHouseErrorTest {

    @ParameterizedTest(name = "{1} {2} is retryable: {3}")
    @CsvSource({
        "500, 252, TOO_MANY_PARTS, true, refused",
        "500, 241, MEMORY_LIMIT_EXCEEDED, true, refused",
        "500, 159, TIMEOUT_EXCEEDED, true, refused",
        "404, 60, UNKNOWN_TABLE, true, must have the columns",
        "404, 16, NO_SUCH_COLUMN_IN_TABLE, true, must have the columns",
        "400, 53, TYPE_MISMATCH, true, must have the columns",
        "403, 516, AUTHENTICATION_FAILED, true, Check user and password",
        "500, 497, ACCESS_DENIED, true, needs a grant",
        "400, 62, SYNTAX_ERROR, false, refused",
        "500, 469, VIOLATED_CONSTRAINT, false, refused",
        "500, 395, FUNCTION_THROW_IF_VALUE_IS_NON_ZERO, false, refused",
    })
    void anErrorOfClickHouse(int status, int code, String name, boolean retryable, String says) {
        String body = "Code: " + code + ". DB::Exception: (NOT_THIS) some text. (" + name
                + ") (version 26.1 (official build))";

        ClickHouseError error = ClickHouseError.of(status, null, body);
        DeliveryException failure = error.failure("ClickHouse at db:8123", "the block");

        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageContaining(code + " " + name).hasMessageContaining(says);
    }

    @ParameterizedTest(name = "HTTP {0} without a code is retryable: {1}")
    @CsvSource({
        "502, true, HTTP 502",
        "503, true, HTTP 503",
        "404, true, Is this the port",
        "401, true, Check user and password",
        "413, false, HTTP 413",
    })
    void anAnswerOfSomethingElse(int status, boolean retryable, String says) {
        DeliveryException failure =
                ClickHouseError.of(status, null, "<html>").failure("ClickHouse at db:8123", "the block");

        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageContaining(says);
    }
}
