package org.corewebhook.signature.scheme;

import java.net.URI;
import java.net.URISyntaxException;
import org.corewebhook.WebhookRequest;
import org.jspecify.annotations.Nullable;

/**
 * What the receiver is called from outside, for senders that sign the URL: behind a proxy only the operator knows it.
 *
 * <p>{@code https://hooks.example.com} is followed by the raw path and query of each request. With a path of its own
 * ({@code https://hooks.example.com/in/square}) it stands for the whole path, and with a query for all of it. Nothing
 * is decoded or put in another order. Immutable and thread-safe.
 */
public final class PublicUrl {

    private static final PublicUrl UNKNOWN = new PublicUrl(null, false, false);

    private final @Nullable String text;
    private final boolean withPath;
    private final boolean withQuery;

    private PublicUrl(@Nullable String text, boolean withPath, boolean withQuery) {
        this.text = text;
        this.withPath = withPath;
        this.withQuery = withQuery;
    }

    /** Returns the public URL of a receiver that was not told. */
    public static PublicUrl unknown() {
        return UNKNOWN;
    }

    /** Returns a URL that is complete as it is. */
    public static PublicUrl exactly(String url) {
        return new PublicUrl(url, true, true);
    }

    /**
     * Returns the public URL that the text is.
     *
     * @throws IllegalArgumentException if it is no URL with a host
     */
    public static PublicUrl parse(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawFragment() == null && uri.getRawUserInfo() == null) {
                String path = uri.getRawPath();
                boolean bare = (path.isEmpty() || path.equals("/")) && uri.getRawQuery() == null;
                String base = bare && path.equals("/") ? text.substring(0, text.length() - 1) : text;
                return new PublicUrl(base, !bare, uri.getRawQuery() != null);
            }
        } catch (URISyntaxException e) {
            // said below, in words that fit whoever wrote it
        }
        throw new IllegalArgumentException("Must be a URL such as https://hooks.example.com");
    }

    /** Returns the URL of the request. */
    String of(WebhookRequest request) throws UnprovenException {
        if (text == null) {
            throw new UnprovenException(SignatureFailure.MISSING, "The public URL is not known: set public_url");
        }
        String query = request.query() == null || withQuery ? "" : "?" + request.query();
        return (withPath ? text : text + request.requestUri()) + query;
    }

    /** Returns the same with another scheme: what it would be if the proxy's TLS were left out, or not. */
    public PublicUrl withOtherScheme() {
        if (text == null) {
            return this;
        }
        String other = text.startsWith("https:") ? "http:" + text.substring(6) : "https:" + text.substring(5);
        return new PublicUrl(other, withPath, withQuery);
    }

    /** Returns the same with a slash at the end of its own path, or without the one that is there. */
    public PublicUrl withOtherSlash() {
        if (text == null || withQuery || !withPath) {
            return this;
        }
        String other = text.endsWith("/") ? text.substring(0, text.length() - 1) : text + "/";
        return new PublicUrl(other, true, false);
    }

    @Override
    public String toString() {
        return text == null ? "unknown" : text;
    }
}
