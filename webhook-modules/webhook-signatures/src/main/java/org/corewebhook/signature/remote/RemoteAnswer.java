package org.corewebhook.signature.remote;

import java.nio.charset.StandardCharsets;

/**
 * What the other server answered.
 *
 * @param status the HTTP status; redirects are not followed, so 3xx is possible
 * @param body the whole body, within the limit of the client; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record RemoteAnswer(int status, byte[] body) {

    /** Returns the body as text in UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Names the size only: the body may hold something secret. */
    @Override
    public String toString() {
        return "RemoteAnswer[" + status + ", " + body.length + " bytes]";
    }
}
