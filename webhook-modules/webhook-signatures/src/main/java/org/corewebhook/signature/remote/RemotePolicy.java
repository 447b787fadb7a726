package org.corewebhook.signature.remote;

import java.net.URI;
import java.util.Locale;
import java.util.function.Predicate;
import org.corewebhook.address.AddressGuard;
import org.jspecify.annotations.Nullable;

/**
 * Which URLs may be asked, and which addresses they may lead to; it depends on who wrote the URL. Immutable and
 * thread-safe.
 */
public final class RemotePolicy {

    private static final int HTTPS_PORT = 443;
    private static final RemotePolicy OPERATOR_URLS = new RemotePolicy(true, host -> true, AddressGuard.operatorUrls());

    private final boolean operator;
    private final Predicate<String> hosts;
    private final AddressGuard guard;

    private RemotePolicy(boolean operator, Predicate<String> hosts, AddressGuard guard) {
        this.operator = operator;
        this.hosts = hosts;
        this.guard = guard;
    }

    /** Returns the policy for URLs that the operator wrote: http and https, private addresses, no metadata services. */
    public static RemotePolicy operatorUrls() {
        return OPERATOR_URLS;
    }

    /**
     * Returns the policy for URLs that a sender supplied: https on its usual port, public addresses only.
     *
     * @param hosts decides on the host, in lower case
     */
    public static RemotePolicy senderUrls(Predicate<String> hosts) {
        return new RemotePolicy(false, hosts, AddressGuard.senderUrls());
    }

    /** Returns why this URL must not be asked, without quoting it, or null if it may. */
    public @Nullable String refusal(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !(operator && scheme.equals("http"))) {
            return "it does not start with https://";
        }
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null) {
            return "it has no plain host";
        }
        if (!operator && uri.getPort() != -1 && uri.getPort() != HTTPS_PORT) {
            return "it names another port than " + HTTPS_PORT;
        }
        return hosts.test(host.toLowerCase(Locale.ROOT)) ? null : "its host is not on the list";
    }

    AddressGuard guard() {
        return guard;
    }
}
