package org.corewebhook.websocket;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import org.corewebhook.address.AddressGuard;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one output.
 *
 * @param timeout longest time of a call: opening, sending, confirmation
 * @param pingInterval how often an idle connection is pinged; zero for never
 * @param checkAfterIdle after how long a silent connection is checked before it is used
 * @param tls makes TLS connections that trust {@code ca_file}, or null for the authorities of the JVM
 */
record WebSocketOptions(
        URI url,
        EventFrames frames,
        Confirm confirm,
        Duration timeout,
        Duration pingInterval,
        Duration checkAfterIdle,
        HandshakeHeaders headers,
        @Nullable SSLSocketFactory tls) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(10);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration DEFAULT_CHECK_AFTER_IDLE = Duration.ofSeconds(5);
    private static final Duration MAX_PING_INTERVAL = Duration.ofHours(1);

    /** Resolvers take {@code 2130706433} for an address; java.net.URI lets it pass as a name. */
    private static final Pattern NUMBER = Pattern.compile("\\d+|0[xX][0-9a-fA-F]+");

    private static final Pattern DOTTED_QUAD = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

    /** What counts as the confirmation of an event. */
    enum Confirm {
        /** The peer has answered a ping that was sent after the event. */
        PONG,
        /** The peer has sent one message for the event. */
        RESPONSE,
        /** The event was handed to the network. */
        NONE
    }

    static WebSocketOptions read(Settings settings) {
        URI url = readUrl(settings);
        EventFrames frames = EventFrames.read(settings);
        Confirm confirm = readConfirm(settings);
        Duration timeout = settings.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
        Duration pingInterval =
                settings.duration("ping_interval", Duration.ZERO, Duration.ofSeconds(1), MAX_PING_INTERVAL);
        Duration checkAfterIdle =
                settings.duration("check_after_idle", DEFAULT_CHECK_AFTER_IDLE, Duration.ZERO, MAX_PING_INTERVAL);
        HandshakeHeaders headers = HandshakeHeaders.read(settings);
        SSLSocketFactory tls = TrustedAuthorities.read(settings);
        if (tls != null && "ws".equals(url.getScheme())) {
            settings.warning("ca_file", "Has no effect with a url that starts with ws://");
        }
        if (settings.json("max_retries") != null) {
            settings.warning("max_retries", "Has no effect: failed events are tried again as the endpoint says");
        }
        return new WebSocketOptions(url, frames, confirm, timeout, pingInterval, checkAfterIdle, headers, tls);
    }

    private static Confirm readConfirm(Settings settings) {
        String confirm = settings.oneOf("confirm", "pong", "pong", "response", "none");
        boolean waitForResponse = settings.flag("wait_for_response", false);
        if (!waitForResponse) {
            return Confirm.valueOf(confirm.toUpperCase(Locale.ROOT));
        }
        if (settings.has("confirm") && !confirm.equals("response")) {
            settings.problem("wait_for_response", "Contradicts confirm: give one of the two");
        }
        return Confirm.RESPONSE;
    }

    private static URI readUrl(Settings settings) {
        URI url = settings.requireUri("url", "ws", "wss");
        String host = url.getHost();
        if (host == null) {
            return url;
        }
        if (url.getRawUserInfo() != null) {
            settings.problem("url", "Must not hold a user or password: set an Authorization header under headers");
        }
        if (url.getRawFragment() != null) {
            settings.problem("url", "Must not have a fragment (#)");
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            settings.problem("url", "Must have a port from 1 to 65535");
        }
        String refusal = refusalOfLiteral(host);
        if (refusal != null) {
            settings.problem("url", refusal);
        }
        String text = url.toASCIIString();
        int colon = text.indexOf(':');
        return URI.create(text.substring(0, colon).toLowerCase(Locale.ROOT) + text.substring(colon));
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

    boolean isSecure() {
        return "wss".equals(url.getScheme());
    }

    /** Returns the host without brackets. */
    String host() {
        String host = String.valueOf(url.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        int port = url.getPort();
        return port >= 0 ? port : isSecure() ? 443 : 80;
    }

    /** Returns where it goes, without path and query: they may hold a token. */
    String target() {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    @Override
    public String toString() {
        return target();
    }
}
