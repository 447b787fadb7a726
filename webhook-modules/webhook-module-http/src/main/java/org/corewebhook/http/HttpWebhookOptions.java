package org.corewebhook.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.corewebhook.address.AddressGuard;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one output.
 *
 * @param timeout longest time of an exchange, from the look-up of the name to the end of the answer
 * @param connectTimeout longest time to reach one address
 */
record HttpWebhookOptions(
        URI url,
        String method,
        OutgoingHeaders headers,
        Duration timeout,
        Duration connectTimeout,
        int maxConnections) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(10);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
    private static final int DEFAULT_MAX_CONNECTIONS = 64;

    /** Resolvers take {@code 2130706433} for an address; java.net.URI lets it pass as a name. */
    private static final Pattern NUMBER = Pattern.compile("\\d+|0[xX][0-9a-fA-F]+");

    private static final Pattern DOTTED_QUAD = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

    static HttpWebhookOptions read(Settings settings) {
        URI url = readUrl(settings);
        String method = settings.oneOf("method", "POST", "POST", "PUT", "PATCH");
        OutgoingHeaders headers = OutgoingHeaders.read(settings);
        Duration timeout = settings.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
        Duration connectTimeout =
                settings.duration("connect_timeout", shorter(DEFAULT_CONNECT_TIMEOUT, timeout), MIN_TIMEOUT, timeout);
        int maxConnections = settings.count("max_connections", DEFAULT_MAX_CONNECTIONS, 1, 10_000);
        return new HttpWebhookOptions(url, method, headers, timeout, connectTimeout, maxConnections);
    }

    private static URI readUrl(Settings settings) {
        URI url = settings.requireUri("url", "http", "https");
        List<String> allowedHosts = settings.strings("allowed_hosts");
        String host = url.getHost();
        if (host == null) {
            return url;
        }
        if (url.getRawUserInfo() != null) {
            settings.problem("url", "Must not hold a user or password: set an Authorization header under headers");
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            settings.problem("url", "Must have a port from 1 to 65535");
        }
        if (settings.has("allowed_hosts") && allowedHosts.stream().noneMatch(allowed -> sameHost(allowed, host))) {
            settings.problem("url", "Its host " + host + " is not one of allowed_hosts");
        }
        String refusal = refusalOfLiteral(host);
        if (refusal != null) {
            settings.problem("url", refusal);
        }
        return URI.create(url.toASCIIString());
    }

    /** Judges an address that stands in the URL; a name is judged by what it resolves to, when we connect. */
    private static @Nullable String refusalOfLiteral(String host) {
        if (NUMBER.matcher(host).matches()) {
            return "Must have a host name, or an address in its usual form such as 192.0.2.1 or [2001:db8::1]";
        }
        if (!host.startsWith("[") && !DOTTED_QUAD.matcher(host).matches()) {
            return null;
        }
        try {
            String refusal = AddressGuard.operatorUrls().refusal(InetAddress.getByName(host));
            return refusal == null ? null : "Must not be sent there: " + refusal;
        } catch (UnknownHostException e) {
            return "Must have an address that exists";
        }
    }

    private static boolean sameHost(String allowed, String host) {
        return bare(allowed).equals(bare(host));
    }

    private static String bare(String host) {
        String lower = host.strip().toLowerCase(Locale.ROOT);
        boolean bracketed = lower.startsWith("[") && lower.endsWith("]");
        return bracketed ? lower.substring(1, lower.length() - 1) : lower;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Returns the host without brackets. */
    String host() {
        return bare(Objects.requireNonNull(url.getHost(), "host"));
    }

    /** Returns where it goes, without path and query: they may hold a token. */
    String target() {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    @Override
    public String toString() {
        return method + " " + target();
    }
}
