package org.corewebhook.war;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.corewebhook.WebhookRequest;

/**
 * A request as it stands in a file: request line, headers, an empty line, the bytes of the body (RFC 9112, 2.1). Lines
 * of the head may end with CR LF or, as editors write them, with LF alone.
 */
final class RequestFile {

    private static final String FORM = "The file is not a request: it has to begin with a line like"
            + " POST /webhook/ID HTTP/1.1, then headers, an empty line and the body";

    private RequestFile() {}

    static WebhookRequest parse(byte[] bytes) throws CommandFailedException {
        int position = 0;
        WebhookRequest.Builder request = null;
        while (true) {
            int end = lineEnd(bytes, position);
            String line = text(bytes, position, end);
            position = Math.min(bytes.length, end + 1);
            if (request == null) {
                String[] parts = line.split(" ", -1);
                if (parts.length < 2 || !parts[1].startsWith("/")) {
                    throw new CommandFailedException(CommandFailedException.FAILED, FORM);
                }
                request = WebhookRequest.builder(parts[0], parts[1]);
            } else if (line.isEmpty()) {
                return request.body(Arrays.copyOfRange(bytes, position, bytes.length))
                        .build();
            } else {
                int colon = line.indexOf(':');
                if (colon < 1) {
                    throw new CommandFailedException(
                            CommandFailedException.FAILED, FORM + "; a line of the head has no colon");
                }
                request.header(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
    }

    private static int lineEnd(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private static String text(byte[] bytes, int from, int to) {
        int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
        return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    }
}
