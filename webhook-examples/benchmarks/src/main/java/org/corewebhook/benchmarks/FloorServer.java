package org.corewebhook.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.logging.Level;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.modeler.Registry;

/**
 * The least that any receiver on this container has to do: read the body, compare its HMAC (a cloned Mac), walk its
 * JSON once with a streaming parser, answer with the receiver's own headers. The container is set up as the receiver's
 * is. Prints its port.
 */
public final class FloorServer {

    private static final byte[] ANSWER = "{\"message\":\"200 OK\"}".getBytes(StandardCharsets.UTF_8);

    private static final List<java.util.logging.Logger> TOMCAT_LOGGERS = Stream.of(
                    "org.apache.catalina", "org.apache.coyote")
            .map(java.util.logging.Logger::getLogger)
            .toList();

    private FloorServer() {}

    /** Takes the headers of the answer as name, value, name, value. */
    public static void main(String[] headers) throws IOException, LifecycleException, GeneralSecurityException {
        TOMCAT_LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
        Registry.disableRegistry();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("floor").toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("connectionTimeout", "20000");
        connector
                .getProtocolHandler()
                .setExecutor(new ForkJoinPool(400, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true));
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("maxHttpRequestHeaderSize", String.valueOf(64 * 1024));
        connector.setProperty("maxHeaderCount", "1000");
        connector.setProperty("continueResponseTiming", "onRead");
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
            response.setStatus(genuine ? 200 : 401);
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
}
