package org.corewebhook.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;

class FilterParametersTest {

    private static final Validator OPEN = request -> ValidationResult.accepted();
    private static final String HMAC = "{\"hmac\": {\"header\": \"X-S\", \"secret\": \"hush-hush\"}}";

    @Test
    void allParametersAreRead() throws Exception {
        FilterSettings read = read(
                Map.of(
                        "validators", HMAC,
                        "refused", "pass_on",
                        "max_body_bytes", "2MB",
                        "body_timeout", "1500ms",
                        "max_body_bytes_in_flight", "100MiB"),
                null);
        assertThat(read.validator()).isNotNull();
        assertThat(read.passRefusedOn()).isTrue();
        assertThat(read.maxBodyBytes()).isEqualTo(2_000_000);
        assertThat(read.bodyTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(read.maxBodyBytesInFlight()).isEqualTo(100L << 20);
    }

    @Test
    void whatIsNotSaidStaysAsTheBuilderHasIt() throws Exception {
        FilterSettings given = new FilterSettings(OPEN, 5, Duration.ofSeconds(6), 70_000, true);
        assertThat(read(Map.of(), given.validator() == null ? null : given)).isEqualTo(given);
        assertThat(read(Map.of("max_body_bytes", "7"), given))
                .isEqualTo(new FilterSettings(OPEN, 7, Duration.ofSeconds(6), 70_000, true));
    }

    @Test
    void severalValidatorsMustAllAccept() throws Exception {
        FilterSettings read = read(
                Map.of(
                        "validators",
                        "{\"authorization\": \"Bearer t\", \"header_auth\": {\"header_name\": \"X-Key\", \"api_key\":"
                                + " \"k\"}}"),
                null);
        Validator both = read.validator();
        WebhookRequest.Builder request = WebhookRequest.post("/").header("Authorization", "Bearer t");
        assertThat(both.validate(request.build()).refusal()).isNotNull();
        assertThat(both.validate(request.header("X-Key", "k").build()).refusal())
                .isNull();
    }

    @Test
    void everyProblemIsToldAtOnceAndNoSecret() {
        assertThatThrownBy(() -> read(
                        Map.of(
                                "validators", "{\"hmac\": {\"secret\": \"\", \"hedaer\": \"hush-hush\"}}",
                                "max_body_size", "1",
                                "body_timeout", "soon"),
                        null))
                .isInstanceOf(ServletException.class)
                .cause()
                .hasMessageContaining("secret")
                .hasMessageContaining("hedaer")
                .hasMessageContaining("max_body_size")
                .hasMessageContaining("body_timeout")
                .hasMessageNotContaining("hush-hush");
    }

    @Test
    void aFilterInDoubtDoesNotStart() {
        for (String validators : new String[] {
            "",
            "{}",
            "[]",
            "hush-hush",
            "{\"hmac\": {\"secret\": \"hush-hush\"}",
            "{\"hmac\": null}",
            "{\"hmca\": {\"secret\": \"hush-hush\"}}",
            "{\"hmac\": {\"secret\": \"{$NOT_SET_ANYWHERE}\"}}",
            "{\"data_type\": \"blob\"}",
            HMAC + "{}",
            HMAC.replace("}}", "}, \"retry\": {}}"),
            HMAC.replace("}}", "}, \"hmac\": {\"secret\": \"hush-hush\"}}")
        }) {
            assertThatThrownBy(() -> read(Map.of("validators", validators), null))
                    .as(validators)
                    .isInstanceOf(ServletException.class)
                    .cause()
                    .hasMessageNotContaining("hush-hush");
        }
        assertThatThrownBy(() -> read(Map.of(), null)).cause().hasMessageContaining("validators: Missing");
        assertThatThrownBy(() -> read(Map.of("validators", HMAC), FilterSettings.of(OPEN)))
                .cause()
                .hasMessageContaining("remove one of the two");
        assertThatThrownBy(() -> new SignatureFilter().doFilter(null, null, null))
                .isInstanceOf(ServletException.class);
    }

    private static FilterSettings read(Map<String, String> parameters, FilterSettings given) throws ServletException {
        return FilterParameters.read(new Parameters(parameters), given == null ? FilterSettings.of(null) : given);
    }

    /** What a container hands to a filter. */
    private record Parameters(Map<String, String> values) implements FilterConfig {

        @Override
        public String getFilterName() {
            return "signature";
        }

        @Override
        public ServletContext getServletContext() {
            throw new UnsupportedOperationException("Parameters are read without the context");
        }

        @Override
        public String getInitParameter(String name) {
            return values.get(name);
        }

        @Override
        public Enumeration<String> getInitParameterNames() {
            return Collections.enumeration(values.keySet());
        }
    }
}
