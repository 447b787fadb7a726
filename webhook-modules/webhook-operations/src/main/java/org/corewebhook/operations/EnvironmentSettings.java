package org.corewebhook.operations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Problem.Severity;
import org.jspecify.annotations.Nullable;

/** Reads the settings from environment variables and notes every one that cannot be used. */
final class EnvironmentSettings {

    private final UnaryOperator<@Nullable String> environment;
    private final OperationsSettingsBuilder settings = OperationsSettings.builder();
    private final List<Problem> problems = new ArrayList<>();

    EnvironmentSettings(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    OperationsSettings read() {
        readOrigins();
        readStatsToken();
        readStatsAddresses();
        number("STATS_RATE_LIMIT", 1, OperationsSettings.MAX_RATE_LIMIT, settings::statsRateLimit);
        flag("STATS_SANITIZE_IDS", settings::sanitizeIds);
        number("DEFAULT_ENDPOINT_RATE_LIMIT", 1, OperationsSettings.MAX_RATE_LIMIT, settings::rootRateLimit);
        readTrustedProxies();
        readAdminToken("ADMIN_TOKEN");
        readAdminToken("CONFIG_RELOAD_ADMIN_TOKEN");
        flag("FORCE_HTTPS", settings::forceHttps);
        number(
                "HSTS_MAX_AGE",
                0,
                OperationsSettings.MAX_HSTS_MAX_AGE_SECONDS,
                seconds -> settings.hstsMaxAge(Duration.ofSeconds(seconds)));
        flag("HSTS_INCLUDE_SUBDOMAINS", settings::hstsIncludeSubdomains);
        flag("HSTS_PRELOAD", settings::hstsPreload);
        readContentSecurityPolicy();
        return settings.problems(problems).build();
    }

    private void readOrigins() {
        String value = variable("CORS_ALLOWED_ORIGINS");
        if (value == null) {
            return;
        }
        List<String> origins = new ArrayList<>();
        for (String item : items(value)) {
            if (CrossOrigin.isOrigin(item)) {
                origins.add(item);
            } else {
                warning(
                        "CORS_ALLOWED_ORIGINS",
                        "Ignored, an origin is http(s)://host[:port] (unset the variable to allow all): " + item);
            }
        }
        settings.allowedOrigins(origins);
    }

    private void readStatsToken() {
        String value = variable("STATS_AUTH_TOKEN");
        if (value == null) {
            return;
        }
        if (value.isBlank()) {
            String message =
                    "Is empty, which proves nothing: /stats refuses everybody. Set a token, or unset the variable";
            problem(Severity.PROOF, "STATS_AUTH_TOKEN", message);
            settings.statsClosed();
            return;
        }
        settings.statsToken(Secret.of(value.strip()));
    }

    private void readStatsAddresses() {
        String value = variable("STATS_ALLOWED_IPS");
        if (value == null) {
            return;
        }
        List<String> addresses = addresses("STATS_ALLOWED_IPS", value);
        if (addresses.isEmpty()) {
            String message = "Names no address: /stats refuses everybody. Name some, or unset the variable";
            problem(Severity.PROOF, "STATS_ALLOWED_IPS", message);
        }
        settings.statsAddresses(addresses);
    }

    private void readTrustedProxies() {
        String value = variable("TRUSTED_PROXY_IPS");
        if (value != null) {
            settings.trustedProxies(addresses("TRUSTED_PROXY_IPS", value));
        }
    }

    private void readAdminToken(String name) {
        String value = variable(name);
        if (value == null) {
            return;
        }
        if (value.isBlank()) {
            warning(name, "Is empty, which proves nothing: it opens nothing");
            return;
        }
        settings.adminToken(Secret.of(value.strip()));
    }

    private void readContentSecurityPolicy() {
        String value = variable("CSP_POLICY");
        if (value == null || value.isBlank()) {
            return;
        }
        if (!OperationsSettingsBuilder.isHeaderValue(value.strip())) {
            warning("CSP_POLICY", "Must be one line of printable ASCII characters; the default policy stays");
            return;
        }
        settings.contentSecurityPolicy(value.strip());
    }

    private void number(String name, int min, int max, IntConsumer setter) {
        String value = variable(name);
        if (value == null || value.isBlank()) {
            return;
        }
        String digits = value.strip();
        boolean usable =
                digits.matches("\\d{1,9}") && Integer.parseInt(digits) >= min && Integer.parseInt(digits) <= max;
        if (!usable) {
            warning(name, "Must be a whole number from " + min + " to " + max + "; the default stays");
            return;
        }
        setter.accept(Integer.parseInt(digits));
    }

    private void flag(String name, Consumer<Boolean> setter) {
        String value = variable(name);
        if (value == null || value.isBlank()) {
            return;
        }
        switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> setter.accept(true);
            case "false", "no", "off", "0" -> setter.accept(false);
            default -> warning(name, "Must be true or false; the default stays");
        }
    }

    private List<String> addresses(String name, String value) {
        List<String> addresses = new ArrayList<>();
        for (String item : items(value)) {
            if (AddressList.isAddressOrRange(item)) {
                addresses.add(item);
            } else {
                warning(name, "Ignored, because it is not an IP address: " + item);
            }
        }
        return addresses;
    }

    private static List<String> items(String value) {
        return Stream.of(value.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private @Nullable String variable(String name) {
        return environment.apply(name);
    }

    private void warning(String name, String message) {
        problem(Severity.WARNING, name, message);
    }

    private void problem(Severity severity, String name, String message) {
        problems.add(new Problem(severity, "environment", name, 0, message));
    }
}
