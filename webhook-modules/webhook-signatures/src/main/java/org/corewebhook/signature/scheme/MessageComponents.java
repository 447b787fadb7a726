package org.corewebhook.signature.scheme;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/** Writes the signature base of a request (RFC 9421, 2.5). */
final class MessageComponents {

    private MessageComponents() {}

    static String base(SignedRequest request, SignatureInput input) throws UnprovenException {
        StringBuilder base = new StringBuilder(256);
        for (String component : input.components()) {
            base.append('"').append(component).append("\": ");
            base.append(component.startsWith("@") ? derived(request, component) : field(request, component));
            base.append('\n');
        }
        return base.append("\"@signature-params\": ").append(input.text()).toString();
    }

    /** Values of a repeated field are joined; names are in lower case (RFC 9421, 2.1). */
    private static String field(SignedRequest request, String name) throws UnprovenException {
        List<String> values = request.headers().all(name);
        if (values.isEmpty() || !name.equals(name.toLowerCase(Locale.ROOT))) {
            throw new UnprovenException(SignatureFailure.MISSING, "There is no header " + name + ", which is signed");
        }
        return String.join(", ", values.stream().map(String::strip).toList());
    }

    private static String derived(SignedRequest request, String name) throws UnprovenException {
        return switch (name) {
            case "@method" -> request.method();
            case "@request-target" -> request.target();
            case "@path" -> request.path().isEmpty() ? "/" : request.path();
            case "@query" -> "?" + (request.query() == null ? "" : request.query());
            case "@authority" -> authority(request);
            case "@target-uri" -> request.url();
            case "@scheme" -> scheme(request.url());
            default ->
                throw new UnprovenException(SignatureFailure.MALFORMED, "The component " + name + " is not supported");
        };
    }

    private static String authority(SignedRequest request) throws UnprovenException {
        String host = request.required("Host").toLowerCase(Locale.ROOT);
        return host.endsWith(":443") || host.endsWith(":80") ? host.substring(0, host.lastIndexOf(':')) : host;
    }

    private static String scheme(String url) throws UnprovenException {
        try {
            return String.valueOf(URI.create(url).getScheme());
        } catch (IllegalArgumentException e) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "The URL is not well-formed");
        }
    }
}
