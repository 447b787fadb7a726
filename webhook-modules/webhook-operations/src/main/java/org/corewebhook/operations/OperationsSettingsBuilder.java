package org.corewebhook.operations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Problem;
import org.jspecify.annotations.Nullable;

/** Collects settings; every setter refuses what cannot be used. Not thread-safe. */
public final class OperationsSettingsBuilder {

    @Nullable
    Set<String> allowedOrigins;

    @Nullable
    List<Secret> statsTokens;

    @Nullable
    List<String> statsAddresses;

    int statsRateLimit = OperationsSettings.DEFAULT_STATS_RATE_LIMIT;
    boolean sanitizeIds;
    int rootRateLimit = OperationsSettings.DEFAULT_ROOT_RATE_LIMIT;
    List<String> trustedProxies = List.of();
    final List<Secret> adminTokens = new ArrayList<>(2);
    boolean forceHttps;
    Duration hstsMaxAge = Duration.ofSeconds(OperationsSettings.DEFAULT_HSTS_MAX_AGE_SECONDS);
    boolean hstsIncludeSubdomains = true;
    boolean hstsPreload;
    String contentSecurityPolicy = OperationsSettings.DEFAULT_CONTENT_SECURITY_POLICY;
    List<Problem> problems = List.of();

    OperationsSettingsBuilder() {}

    /** Allows pages of these origins only ({@code https://app.example}) to call the webhooks; by default all. */
    public OperationsSettingsBuilder allowedOrigins(Collection<String> origins) {
        Set<String> lowerCase = new TreeSet<>();
        for (String origin : origins) {
            require(CrossOrigin.isOrigin(origin), "An origin is http(s)://host[:port], not " + origin);
            lowerCase.add(origin.toLowerCase(Locale.ROOT)); // as browsers send it
        }
        this.allowedOrigins = lowerCase;
        return this;
    }

    /** Shows {@code /stats} only to who has this token; by default to everybody. */
    public OperationsSettingsBuilder statsToken(Secret token) {
        require(!token.isBlank(), "An empty token proves nothing");
        this.statsTokens = List.of(token);
        return this;
    }

    /** Shows {@code /stats} to nobody. */
    OperationsSettingsBuilder statsClosed() {
        this.statsTokens = List.of();
        return this;
    }

    /** Shows {@code /stats} only to these addresses; by default to all. */
    public OperationsSettingsBuilder statsAddresses(Collection<String> addresses) {
        this.statsAddresses = checkedAddresses(addresses);
        return this;
    }

    /**
     * Limits the requests per minute and client address to {@code /stats}, 1 to
     * {@value OperationsSettings#MAX_RATE_LIMIT}.
     */
    public OperationsSettingsBuilder statsRateLimit(int requestsPerMinute) {
        this.statsRateLimit = checkedRateLimit(requestsPerMinute);
        return this;
    }

    /** Shows {@code webhook_} and 16 hexadecimal digits of the SHA-256 in {@code /stats} instead of ids. */
    public OperationsSettingsBuilder sanitizeIds(boolean sanitize) {
        this.sanitizeIds = sanitize;
        return this;
    }

    /**
     * Limits the requests per minute and client address to {@code /}, 1 to {@value OperationsSettings#MAX_RATE_LIMIT}.
     */
    public OperationsSettingsBuilder rootRateLimit(int requestsPerMinute) {
        this.rootRateLimit = checkedRateLimit(requestsPerMinute);
        return this;
    }

    /** Believes the forwarded headers of these peers; by default of nobody. */
    public OperationsSettingsBuilder trustedProxies(Collection<String> addresses) {
        this.trustedProxies = checkedAddresses(addresses);
        return this;
    }

    /** Adds a token with which {@code /health} names endpoints, lanes and problems; by default there is none. */
    public OperationsSettingsBuilder adminToken(Secret token) {
        require(!token.isBlank(), "An empty token proves nothing");
        adminTokens.add(token);
        return this;
    }

    /** Treats every request as one over TLS, because a proxy ends it and does not say so; by default false. */
    public OperationsSettingsBuilder forceHttps(boolean force) {
        this.forceHttps = force;
        return this;
    }

    /**
     * Sets how long browsers come back over HTTPS only, up to {@value OperationsSettings#MAX_HSTS_MAX_AGE_SECONDS} s.
     */
    public OperationsSettingsBuilder hstsMaxAge(Duration maxAge) {
        long seconds = maxAge.toSeconds();
        require(
                seconds >= 0 && seconds <= OperationsSettings.MAX_HSTS_MAX_AGE_SECONDS,
                "Must be from 0 to " + OperationsSettings.MAX_HSTS_MAX_AGE_SECONDS + " seconds");
        this.hstsMaxAge = maxAge;
        return this;
    }

    /** Says whether that holds for subdomains too; by default true. */
    public OperationsSettingsBuilder hstsIncludeSubdomains(boolean include) {
        this.hstsIncludeSubdomains = include;
        return this;
    }

    /** Says whether browsers may have the domain on their preload list; by default false. */
    public OperationsSettingsBuilder hstsPreload(boolean preload) {
        this.hstsPreload = preload;
        return this;
    }

    /**
     * Sets the {@code Content-Security-Policy}; by default {@link OperationsSettings#DEFAULT_CONTENT_SECURITY_POLICY}.
     */
    public OperationsSettingsBuilder contentSecurityPolicy(String policy) {
        require(isHeaderValue(policy), "A policy is one line of printable ASCII characters");
        this.contentSecurityPolicy = policy;
        return this;
    }

    OperationsSettingsBuilder problems(List<Problem> found) {
        this.problems = found;
        return this;
    }

    /** Returns the settings. */
    public OperationsSettings build() {
        return new OperationsSettings(this);
    }

    static boolean isHeaderValue(String text) {
        return !text.isBlank() && text.chars().allMatch(character -> character >= ' ' && character <= '~');
    }

    private static int checkedRateLimit(int requestsPerMinute) {
        require(
                requestsPerMinute >= 1 && requestsPerMinute <= OperationsSettings.MAX_RATE_LIMIT,
                "Must be from 1 to " + OperationsSettings.MAX_RATE_LIMIT + " requests per minute");
        return requestsPerMinute;
    }

    private static List<String> checkedAddresses(Collection<String> addresses) {
        for (String address : addresses) {
            require(AddressList.isAddressOrRange(address), "Not an IP address: " + address);
        }
        return List.copyOf(addresses);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
