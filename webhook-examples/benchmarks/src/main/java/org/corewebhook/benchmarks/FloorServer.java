package org.corewebhook.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * The least that any receiver on this container has to do: read the body, compare its HMAC (a cloned Mac), walk its
 * JSON once with a streaming parser, answer with the receiver's own headers. Prints its port.
 */
public final class FloorServer {

    private static final byte[] ANSWER = "{\"message\":\"200 OK\"}".getBytes(StandardCharsets.UTF_8);

    private FloorServer() {}

    /** Takes the headers of the answer as name, value, name, value. */
    public static void main(String[] headers) throws IOException, LifecycleException, GeneralSecurityException {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("floor").toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", "400");
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("maxHttpRequestHeaderSize", String.valueOf(64 * 1024));
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "floor", new Floor(headers)).setLoadOnStartup(1);
        context.addServletMappingDecoded("/*", "floor");
        tomcat.start();
        System.out.println("port " + connector.getLocalPort());
        tomcat.getServer().await();
    }

    private static final class Floor extends HttpServlet {

        private static final long serialVersionUID = 1L;
        private static final JsonFactory JSON = new JsonFactory();

        private final transient Mac prototype;
        private final transient Map<String, String> headers = new LinkedHashMap<>();

        Floor(String[] namesAndValues) throws GeneralSecurityException {
            for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
                headers.put(namesAndValues[i], namesAndValues[i + 1]);
            }
            prototype = Mac.getInstance("HmacSHA256");
            prototype.init(new SecretKeySpec(SignedRequest.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] body = request.getInputStream().readNBytes(request.getContentLength());
            String signature = request.getHeader("X-Hub-Signature-256");
            boolean genuine = signature != null
                    && MessageDigest.isEqual(
                            hash(body), HexFormat.of().parseHex(signature, "sha256=".length(), signature.length()));
            try (JsonParser parser = JSON.createParser(body)) {
                while (genuine && parser.nextToken() != null) {
                    // walking it is the check
                }
            }
            response.setStatus(genuine ? 200 : 401);
            headers.forEach(response::setHeader);
            response.setContentLength(ANSWER.length);
            response.getOutputStream().write(ANSWER);
        }

        private byte[] hash(byte[] body) {
            try {
                return ((Mac) prototype.clone()).doFinal(body);
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
