package org.corewebhook.signature.credentials;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a request as its sender sees it, which a proxy in front of us may hide. Immutable and thread-safe.
 *
 * <p>It is the setting {@code public_url}: {@code https://hooks.example/orders}; without a path, the request keeps its
 * own. Without the setting, the request's {@code Host} and path are taken as they are.
 */
final class SenderUrl {

    private static final Pattern AUTHORITY =
            Pattern.compile("([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(:\\d{1,5})?");

    private final @Nullable URI publicUrl;

    private SenderUrl(@Nullable URI publicUrl) {
        this.publicUrl = publicUrl;
    }

    /** Reads {@code public_url}. */
    static SenderUrl read(Settings settings) {
        if (!settings.has("public_url")) {
            settings.string("public_url"); // known, even if it is null
            return new SenderUrl(null);
        }
        URI url = settings.requireUri("public_url", "https", "http");
        if (url.getRawQuery() != null || url.getRawFragment() != null || url.getRawUserInfo() != null) {
            settings.problem("public_url", "Must be scheme, host and path only: requests bring their own query");
        }
        return new SenderUrl(url);
    }

    /** Returns the raw path that the sender asked for. */
    String path(WebhookRequest request) {
        String path = publicUrl == null ? null : publicUrl.getRawPath();
        return path == null || path.isEmpty() || path.equals("/") ? request.requestUri() : path;
    }

    /** Returns path and query that the sender asked for: the request target of RFC 9112, 3.2.1. */
    String target(WebhookRequest request) {
        return request.query() == null ? path(request) : path(request) + "?" + request.query();
    }

    /**
     * Returns what may be the base string URI of RFC 5849, 3.4.1.2: scheme and host in lower case, no default port, no
     * query. Without {@code public_url} both schemes are possible, since a proxy may have ended TLS.
     */
    Set<String> bases(WebhookRequest request) {
        if (publicUrl != null) {
            String scheme = publicUrl.getScheme().toLowerCase(Locale.ROOT);
            return Set.of(base(scheme, String.valueOf(publicUrl.getRawAuthority()), path(request)));
        }
        List<String> hosts = request.headers().all("Host");
        Set<String> bases = new TreeSet<>();
        if (hosts.size() == 1 && AUTHORITY.matcher(hosts.get(0)).matches()) {
            bases.add(base("https", hosts.get(0), path(request)));
            bases.add(base("http", hosts.get(0), path(request)));
        }
        return bases;
    }

    private static String base(String scheme, String authority, String path) {
        String defaultPort = scheme.equals("https") ? ":443" : ":80";
        String host = authority.toLowerCase(Locale.ROOT);
        if (host.endsWith(defaultPort)) {
            host = host.substring(0, host.length() - defaultPort.length());
        }
        return scheme + "://" + host + path;
    }
}
