package org.corewebhook.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.corewebhook.servlet.RawRequest.Answer;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.CharacterEncodingFilter;
import org.springframework.web.filter.HiddenHttpMethodFilter;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.support.StandardServletMultipartResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/** What a controller of Spring MVC sees behind the filter. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpringMvcTomcatTest {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String LATIN_1 = FORM + "; charset=ISO-8859-1";

    private ServletContainer tomcat;

    @BeforeAll
    void startTomcat(@TempDir Path folder) throws Exception {
        tomcat = ServletContainer.tomcat(folder, SpringMvcTomcatTest::register);
    }

    @AfterAll
    void stopTomcat() throws Exception {
        tomcat.close();
    }

    private static void register(ServletContext context) throws ServletException {
        Validator signature = ValidatorList.parse(
                "{\"hmac\": {\"header\": \"X-Signature\", \"secret\": \"" + RawRequest.SECRET + "\"}}");
        context.addFilter("before", new HiddenHttpMethodFilter()).addMappingForUrlPatterns(null, false, "/late/*");
        var filter = new SpringBootSample().githubFilter(signature);
        filter.addUrlPatterns("/hooks/*", "/late/*");
        filter.onStartup(context);
        // What Spring Boot registers of its own accord, behind.
        register(context, "encoding", new CharacterEncodingFilter("UTF-8"));
        register(context, "method", new HiddenHttpMethodFilter());

        AnnotationConfigWebApplicationContext application = new AnnotationConfigWebApplicationContext();
        application.register(Web.class);
        ServletRegistration.Dynamic dispatcher = context.addServlet("spring", new DispatcherServlet(application));
        dispatcher.addMapping("/");
        dispatcher.setAsyncSupported(true);
        dispatcher.setMultipartConfig(new MultipartConfigElement(""));
    }

    private static void register(ServletContext context, String name, jakarta.servlet.Filter filter) {
        var registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(null, true, "/*");
    }

    /** The application. */
    @EnableWebMvc
    @org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
    static class Web {

        @org.springframework.context.annotation.Bean
        StandardServletMultipartResolver multipartResolver() {
            return new StandardServletMultipartResolver();
        }

        @org.springframework.context.annotation.Bean
        Controller controller() {
            return new Controller();
        }

        @org.springframework.context.annotation.Bean
        SpringBootSample.GithubController github() {
            return new SpringBootSample.GithubController();
        }
    }

    /** The application's own controller, which knows nothing of signatures. */
    @RestController
    @RequestMapping(produces = "text/plain;charset=UTF-8")
    static class Controller {

        @PostMapping("/hooks/bytes")
        String bytes(@RequestBody(required = false) byte[] body) {
            return Application.seen(body == null ? new byte[0] : body);
        }

        @PostMapping("/hooks/text")
        String text(@RequestBody String body) {
            return body;
        }

        @PostMapping("/hooks/json")
        Object json(@RequestBody Map<String, Object> body) {
            return body.get("a");
        }

        @PostMapping("/hooks/stream")
        String stream(HttpServletRequest request) throws IOException {
            return Application.seen(request.getInputStream().readAllBytes());
        }

        @PostMapping("/hooks/reader")
        String reader(HttpServletRequest request) throws IOException {
            StringWriter text = new StringWriter();
            request.getReader().transferTo(text);
            return text.toString();
        }

        @PostMapping("/hooks/parameters")
        String parameters(@RequestParam MultiValueMap<String, String> all, @RequestParam("a") List<String> a) {
            return all + " " + a;
        }

        @PostMapping("/hooks/parts")
        String parts(@RequestParam("a") List<String> a, @RequestPart("file") MultipartFile file) throws IOException {
            return a + " " + file.getOriginalFilename() + " " + Application.seen(file.getBytes());
        }

        @PostMapping(path = {"/hooks/attributes", "/late/attributes"})
        String attributes(
                HttpServletRequest request, @RequestAttribute(SignatureFilter.VERDICT) ValidationResult verdict) {
            return verdict + " " + Application.seen(SignatureFilter.body(request));
        }

        /** As an annotation: for small bodies only. */
        @PostMapping("/hooks/attribute")
        String attribute(@RequestAttribute(SignatureFilter.BODY) byte[] body) {
            return Application.seen(body);
        }

        @PostMapping("/hooks/later")
        Callable<String> later(HttpServletRequest request) {
            return () -> Application.seen(request.getInputStream().readAllBytes());
        }
    }

    @Test
    void parametersAreDecodedOnceAndKeepOrderAndDuplicates() throws Exception {
        assertThat(answer("parameters?q=%26", RawRequest.of(FORM, "a=1&a=2&b=%2A&c=1+2&d=%2B")))
                .isEqualTo("{q=[&], a=[1, 2], b=[*], c=[1 2], d=[+]} [1, 2]");
        assertThat(answer("parameters", RawRequest.of(FORM, "a=1&a=caf%C3%A9").inChunks()))
                .isEqualTo("{a=[1, caf\u00e9]} [1, caf\u00e9]");
        assertThat(answer("parameters", RawRequest.of(LATIN_1, "a=caf\u00e9%E9".getBytes(ISO_8859_1))))
                .isEqualTo("{a=[caf\u00e9\u00e9]} [caf\u00e9\u00e9]");
    }

    @Test
    void theExactBytesOfAFormAreInTheStreamAndInTheAttribute() throws Exception {
        for (String form : List.of("a=1&a=2", "a=%2A&b=*", "a=1+2&b=%20", "a=caf%C3%A9", "")) {
            RawRequest request = RawRequest.of(FORM, form);
            for (RawRequest sent : List.of(request, request.inChunks())) {
                String seen = Application.seen(form.getBytes(UTF_8));
                assertThat(answer("stream", sent)).isEqualTo(seen);
                assertThat(answer("attributes", sent)).isEqualTo("accepted " + seen);
                assertThat(answer("attribute", sent)).isEqualTo(seen);
                assertThat(answer("reader", sent)).isEqualTo(form);
            }
        }
        byte[] latin1 = "a=caf\u00e9".getBytes(ISO_8859_1);
        assertThat(answer("stream", RawRequest.of(LATIN_1, latin1))).isEqualTo(Application.seen(latin1));
        assertThat(answer("reader", RawRequest.of(LATIN_1, latin1))).isEqualTo("a=caf\u00e9");
    }

    @Test
    void otherBodiesAreExactInAllArguments() throws Exception {
        byte[] json = "{ \"a\" : \"caf\u00e9 + %2A\" }\r\n".getBytes(UTF_8);
        for (String type : List.of("application/json", "application/json; charset=utf-8")) {
            RawRequest request = RawRequest.of(type, json);
            assertThat(answer("bytes", request)).isEqualTo(Application.seen(json));
            assertThat(answer("text", request)).isEqualTo(new String(json, UTF_8));
            assertThat(answer("reader", request.inChunks())).isEqualTo(new String(json, UTF_8));
            assertThat(answer("json", request)).isEqualTo("caf\u00e9 + %2A");
            assertThat(answer("later", request)).isEqualTo(Application.seen(json));
        }
        byte[] zipped = zipped(json);
        RawRequest compressed = RawRequest.of("application/json", zipped).header("Content-Encoding: gzip");
        assertThat(answer("bytes", compressed)).isEqualTo(Application.seen(zipped));
        byte[] large = new byte[10 << 20];
        new Random(3).nextBytes(large);
        RawRequest largest = RawRequest.of("application/octet-stream", large);
        assertThat(answer("bytes", largest)).isEqualTo(Application.seen(large));
        assertThat(answer("attributes", largest.inChunks())).isEqualTo("accepted " + Application.seen(large));
        assertThat(answer("bytes", RawRequest.of("application/json", ""))).isEqualTo(Application.seen(new byte[0]));
    }

    @Test
    void filesAndFieldsOfMultipartBodiesArrive() throws Exception {
        byte[] file = new byte[3000];
        new Random(4).nextBytes(file);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String field = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        body.writeBytes((field + "1\r\n" + field + "caf\u00e9\r\n").getBytes(UTF_8));
        String head = "Content-Disposition: form-data; name=\"file\"; filename=\"\u20ac.bin\"";
        body.writeBytes(("--b\r\n" + head + "\r\nContent-Type: application/octet-stream\r\n\r\n").getBytes(UTF_8));
        body.writeBytes(file);
        body.writeBytes("\r\n--b--\r\n".getBytes(UTF_8));
        RawRequest request = RawRequest.of("multipart/form-data; boundary=b", body.toByteArray());
        for (RawRequest sent : List.of(request, request.inChunks())) {
            assertThat(answer("parts", sent)).isEqualTo("[1, caf\u00e9] \u20ac.bin " + Application.seen(file));
            assertThat(answer("attributes", sent)).isEqualTo("accepted " + Application.seen(body.toByteArray()));
        }
    }

    @Test
    void theExampleOfTheReadmeWorks() throws Exception {
        assertThat(answer("github", RawRequest.of("application/json", "{}"))).isEqualTo("Got 2 genuine bytes");
        Answer unsigned = RawRequest.of("application/json", "{}").send(tomcat.port(), "/app/hooks/github");
        assertThat(unsigned.status()).isEqualTo(401);
    }

    /** The commonest complaint: a filter in front has asked for a parameter, and the form is gone. */
    @Test
    void aFilterOfSpringInFrontIsReported() throws Exception {
        Answer answer = RawRequest.of(FORM, "a=1").signed().send(tomcat.port(), "/app/late/attributes");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains("The body was read before its signature could be checked");
        RawRequest json = RawRequest.of("application/json", "{}");
        assertThat(json.signed().send(tomcat.port(), "/app/late/attributes").text())
                .isEqualTo("accepted " + Application.seen("{}".getBytes(UTF_8)));
    }

    private String answer(String path, RawRequest request) throws Exception {
        Answer answer = request.signed().send(tomcat.port(), "/app/hooks/" + path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    private static byte[] zipped(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
