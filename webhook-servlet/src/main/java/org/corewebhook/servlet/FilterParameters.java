package org.corewebhook.servlet;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;

/** Reads the init parameters of a {@link SignatureFilter}. */
final class FilterParameters {

    private static final String VALIDATORS = "validators";
    private static final String REFUSED = "refused";
    private static final String MAX_BODY_BYTES = "max_body_bytes";
    private static final String BODY_TIMEOUT = "body_timeout";
    private static final String MAX_BODY_BYTES_IN_FLIGHT = "max_body_bytes_in_flight";
    private static final List<String> KNOWN =
            List.of(VALIDATORS, REFUSED, MAX_BODY_BYTES, BODY_TIMEOUT, MAX_BODY_BYTES_IN_FLIGHT);

    private FilterParameters() {}

    /** Returns the settings with what the parameters change. */
    static FilterSettings read(FilterConfig config, FilterSettings given) throws ServletException {
        Map<String, String> values = new HashMap<>();
        Collections.list(config.getInitParameterNames())
                .forEach(name -> values.put(name, config.getInitParameter(name)));
        Settings settings = Settings.of(values);
        for (String name : values.keySet()) {
            if (!KNOWN.contains(name)) {
                settings.problem(name, "Unknown init parameter; there are " + String.join(", ", KNOWN));
            }
        }
        String decides = given.passRefusedOn() ? "pass_on" : "answer";
        FilterSettings read = new FilterSettings(
                validator(settings, values.get(VALIDATORS), given.validator()),
                settings.size(MAX_BODY_BYTES, given.maxBodyBytes(), 0, Integer.MAX_VALUE - 16),
                settings.duration(BODY_TIMEOUT, given.bodyTimeout(), Duration.ofMillis(1), Duration.ofDays(1)),
                settings.size(
                        MAX_BODY_BYTES_IN_FLIGHT, given.maxBodyBytesInFlight(), BodyBudget.SMALL, Long.MAX_VALUE >> 20),
                settings.oneOf(REFUSED, decides, "answer", "pass_on").equals("pass_on"));
        refuse(settings.problems());
        return read;
    }

    private static @Nullable Validator validator(Settings settings, @Nullable String json, @Nullable Validator given)
            throws ServletException {
        if (given != null && json == null) {
            return given;
        }
        if (given != null) {
            settings.problem(VALIDATORS, "The filter was made with a validator: remove one of the two");
            return given;
        }
        if (json == null) {
            settings.problem(
                    VALIDATORS, "Missing: say what is checked, for example {\"hmac\": {\"secret\": \"{$SECRET}\"}}");
            return null;
        }
        try {
            return ValidatorList.parse(json);
        } catch (ConfigurationException e) {
            List<Problem> all = new ArrayList<>(settings.problems());
            all.addAll(e.problems());
            throw refusal(all);
        }
    }

    private static void refuse(List<Problem> problems) throws ServletException {
        if (!problems.isEmpty()) {
            throw refusal(problems);
        }
    }

    private static ServletException refusal(List<Problem> problems) {
        return new ServletException("A SignatureFilter cannot start", new ConfigurationException(problems));
    }
}
