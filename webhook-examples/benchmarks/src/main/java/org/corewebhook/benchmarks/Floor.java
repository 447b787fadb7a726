package org.corewebhook.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The least that any receiver has to do: read the body, compare its HMAC (a cloned Mac), walk its JSON once with a
 * streaming parser, answer with the receiver's own headers. Thread-safe.
 */
class Floor extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final byte[] ANSWER = "{\"message\":\"200 OK\"}".getBytes(StandardCharsets.UTF_8);
    private static final JsonFactory JSON = new JsonFactory();

    private final transient Mac prototype;
    private final String[] headers;

    Floor(String[] namesAndValues) throws GeneralSecurityException {
        headers = namesAndValues;
        prototype = Mac.getInstance("HmacSHA256");
        prototype.init(new SecretKeySpec(SignedRequest.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = read(request.getInputStream(), new byte[request.getContentLength()]);
        String signature = request.getHeader("X-Hub-Signature-256");
        boolean genuine = signature != null
                && MessageDigest.isEqual(
                        hash(body), HexFormat.of().parseHex(signature, "sha256=".length(), signature.length()));
        try (JsonParser parser = JSON.createParser(body)) {
            while (genuine && parser.nextToken() != null) {
                // walking it is the check
            }
        }
        if (genuine) {
            accept(body, request, response);
        } else {
            answer(401, response);
        }
    }

    /** Does with a genuine body what is to be done, and answers. */
    void accept(byte[] body, HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(200, response);
    }

    final void answer(int status, HttpServletResponse response) throws IOException {
        response.setStatus(status);
        for (int i = 0; i + 1 < headers.length; i += 2) {
            response.addHeader(headers[i], headers[i + 1]);
        }
        response.setContentLength(ANSWER.length);
        response.getOutputStream().write(ANSWER);
    }

    private static byte[] read(InputStream stream, byte[] body) throws IOException {
        if (stream.readNBytes(body, 0, body.length) < body.length) {
            throw new IOException("The body is not complete");
        }
        return body;
    }

    private byte[] hash(byte[] body) {
        try {
            return ((Mac) prototype.clone()).doFinal(body);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
