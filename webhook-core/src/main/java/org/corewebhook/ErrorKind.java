package org.corewebhook;

/** Every reason for which a request can be refused: its status and the title of its problem document (RFC 9457). */
public enum ErrorKind {
    /** The request cannot be understood: id, headers or payload. */
    MALFORMED(400, "Bad Request"),
    /** A credential or a signature is missing or wrong. */
    UNAUTHORIZED(401, "Unauthorized"),
    /** The sender is known and may not do this: its address is not allowed. */
    FORBIDDEN(403, "Forbidden"),
    /** Nothing is mounted at this path. */
    NOT_FOUND(404, "Not Found"),
    /** No endpoint has this id. */
    UNKNOWN_ENDPOINT(404, "Unknown Endpoint"),
    /** The path is known, the method is not. */
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    /** The body did not arrive in time. */
    REQUEST_TIMEOUT(408, "Request Timeout"),
    /** The body is larger than the endpoint takes. */
    PAYLOAD_TOO_LARGE(413, "Content Too Large"),
    /** The body is encoded in a way that cannot be checked. */
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
    /** The payload is well-formed and does not fit the schema. */
    UNPROCESSABLE(422, "Unprocessable Content"),
    /** The sender is too fast. */
    TOO_MANY_REQUESTS(429, "Too Many Requests"),
    /** A defect of the receiver. */
    INTERNAL(500, "Internal Server Error"),
    /** The receiver cannot take it now: overload, a destination that is down, a bad configuration, shutting down. */
    UNAVAILABLE(503, "Service Unavailable");

    private final int status;
    private final String title;

    ErrorKind(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** Returns the HTTP status. */
    public int status() {
        return status;
    }

    /** Returns the short summary that is the same for all problems of this kind. */
    public String title() {
        return title;
    }

    /** Returns the identifier of this kind in a problem document: {@code urn:corewebhook:problem:unknown-endpoint}. */
    public String type() {
        return "urn:corewebhook:problem:"
                + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
