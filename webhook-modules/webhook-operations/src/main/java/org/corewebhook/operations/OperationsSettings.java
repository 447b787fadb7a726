package org.corewebhook.operations;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What the operator's HTTP surface may be told; every setting has a default. Immutable and thread-safe.
 *
 * @see #fromEnvironment
 */
public final class OperationsSettings {

    /** Requests per minute and client address to {@code /}: {@value}. */
    public static final int DEFAULT_ROOT_RATE_LIMIT = 120;
    /** Requests per minute and client address to {@code /stats}: {@value}. */
    public static final int DEFAULT_STATS_RATE_LIMIT = 60;
    /** The highest rate limit: {@value} requests per minute. */
    public static final int MAX_RATE_LIMIT = 1_000_000;
    /** Seconds for which browsers come back over HTTPS only: {@value}, one year. */
    public static final int DEFAULT_HSTS_MAX_AGE_SECONDS = 31_536_000;
    /** The highest value for that: {@value} seconds, two years. */
    public static final int MAX_HSTS_MAX_AGE_SECONDS = 63_072_000;
    /** What an answer may load when a browser shows it: {@value}. */
    public static final String DEFAULT_CONTENT_SECURITY_POLICY =
            "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    private final @Nullable Set<String> allowedOrigins;
    private final @Nullable AccessTokens statsTokens;
    private final @Nullable AddressList statsAddresses;
    private final int statsRateLimit;
    private final boolean sanitizeIds;
    private final int rootRateLimit;
    private final AddressList trustedProxies;
    private final List<Secret> adminTokens;
    private final boolean forceHttps;
    private final String strictTransportSecurity;
    private final String contentSecurityPolicy;
    private final List<Problem> problems;

    OperationsSettings(OperationsSettingsBuilder builder) {
        this.allowedOrigins = builder.allowedOrigins == null ? null : Set.copyOf(builder.allowedOrigins);
        this.statsTokens = builder.statsTokens == null ? null : AccessTokens.of(builder.statsTokens);
        this.statsAddresses = builder.statsAddresses == null ? null : AddressList.of(builder.statsAddresses);
        this.statsRateLimit = builder.statsRateLimit;
        this.sanitizeIds = builder.sanitizeIds;
        this.rootRateLimit = builder.rootRateLimit;
        this.trustedProxies = AddressList.of(builder.trustedProxies);
        this.adminTokens = List.copyOf(builder.adminTokens);
        this.forceHttps = builder.forceHttps;
        this.strictTransportSecurity = "max-age=" + builder.hstsMaxAge.toSeconds()
                + (builder.hstsIncludeSubdomains ? "; includeSubDomains" : "")
                + (builder.hstsPreload ? "; preload" : "");
        this.contentSecurityPolicy = builder.contentSecurityPolicy;
        this.problems = List.copyOf(builder.problems);
    }

    /** Returns a builder with all defaults. */
    public static OperationsSettingsBuilder builder() {
        return new OperationsSettingsBuilder();
    }

    /**
     * Reads the reference's environment variables; pass {@code System::getenv}.
     *
     * <p>{@code CORS_ALLOWED_ORIGINS} (unset: all), {@code STATS_AUTH_TOKEN}, {@code STATS_ALLOWED_IPS},
     * {@code STATS_RATE_LIMIT} (60), {@code STATS_SANITIZE_IDS} (false), {@code DEFAULT_ENDPOINT_RATE_LIMIT} (120),
     * {@code TRUSTED_PROXY_IPS}, {@code ADMIN_TOKEN} and {@code CONFIG_RELOAD_ADMIN_TOKEN} (either one is the admin's),
     * {@code FORCE_HTTPS} (false), {@code HSTS_MAX_AGE} (31536000, up to 63072000), {@code HSTS_INCLUDE_SUBDOMAINS}
     * (true), {@code HSTS_PRELOAD} (false), {@code CSP_POLICY}.
     *
     * <p>A value that cannot be used is a {@linkplain #problems() problem} and leaves the default, except where that
     * would open a door: an empty {@code STATS_AUTH_TOKEN} or a {@code STATS_ALLOWED_IPS} without any address closes
     * {@code /stats}, and an empty {@code CORS_ALLOWED_ORIGINS} allows no origin.
     */
    public static OperationsSettings fromEnvironment(UnaryOperator<@Nullable String> environment) {
        return new EnvironmentSettings(environment).read();
    }

    /** Returns what is wrong with the environment, never holding a secret; empty for settings made by hand. */
    public List<Problem> problems() {
        return problems;
    }

    /** Returns the origins that may call the webhooks, or null for all. */
    @Nullable
    Set<String> allowedOrigins() {
        return allowedOrigins;
    }

    /** Returns who may read {@code /stats}, or null for everybody. */
    @Nullable
    AccessTokens statsTokens() {
        return statsTokens;
    }

    /** Returns from where {@code /stats} may be read, or null for everywhere. */
    @Nullable
    AddressList statsAddresses() {
        return statsAddresses;
    }

    int statsRateLimit() {
        return statsRateLimit;
    }

    boolean sanitizeIds() {
        return sanitizeIds;
    }

    int rootRateLimit() {
        return rootRateLimit;
    }

    AddressList trustedProxies() {
        return trustedProxies;
    }

    List<Secret> adminTokens() {
        return adminTokens;
    }

    boolean forceHttps() {
        return forceHttps;
    }

    String strictTransportSecurity() {
        return strictTransportSecurity;
    }

    String contentSecurityPolicy() {
        return contentSecurityPolicy;
    }
}
