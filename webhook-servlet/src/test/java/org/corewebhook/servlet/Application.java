package org.corewebhook.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;

/** Reads its requests in the ways that the header {@code X-Ways} names, and answers with what it saw. */
final class Application extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        StringBuilder seen = new StringBuilder();
        for (String way : request.getHeader("X-Ways").split(",", -1)) {
            switch (way) {
                case "stream" -> seen.append(seen(request.getInputStream().readAllBytes()));
                case "reader" -> seen.append(read(request));
                case "parameters" -> seen.append(parameters(request));
                case "parts" -> seen.append(parts(request));
                case "attributes" -> seen.append(attributes(request));
                case "listener" -> listen(request, response, 4096);
                case "bytewise" -> listen(request, response, 1);
                case "dispatch" -> seen.append(dispatch(request));
                case "encoding" -> request.setCharacterEncoding("ISO-8859-1");
                default -> throw new IllegalArgumentException(way);
            }
        }
        if (!request.isAsyncStarted()) {
            answer(response, seen.toString());
        }
    }

    /** Says what these bytes are, in a way that differs when one byte differs. */
    static String seen(byte[] bytes) {
        try {
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            String start = new String(bytes, 0, Math.min(bytes.length, 40), ISO_8859_1);
            return bytes.length + " bytes " + hash + " " + start + "\n";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(HttpServletRequest request) throws IOException {
        StringWriter text = new StringWriter();
        request.getReader().transferTo(text);
        return "read " + seen(text.toString().getBytes(UTF_8));
    }

    private static String parameters(HttpServletRequest request) {
        StringBuilder seen = new StringBuilder();
        Map<String, String[]> map = request.getParameterMap();
        for (String name : new TreeSet<>(Collections.list(request.getParameterNames()))) {
            String[] values = request.getParameterValues(name);
            if (!values[0].equals(request.getParameter(name)) || !Arrays.equals(values, map.get(name))) {
                throw new AssertionError("The ways to read " + name + " differ");
            }
            String shown = Arrays.toString(values);
            seen.append(name).append('=').append(shown.length() < 200 ? shown : seen(shown.getBytes(UTF_8)));
            seen.append('\n');
        }
        return seen.append(map.size()).append(" parameters\n").toString();
    }

    private static String parts(HttpServletRequest request) throws IOException, ServletException {
        StringBuilder seen = new StringBuilder();
        for (Part part : request.getParts()) {
            seen.append(part.getName()).append(' ').append(part.getSubmittedFileName());
            seen.append(' ').append(part.getContentType()).append(' ').append(part.getSize());
            seen.append(' ').append(part.getHeader("content-disposition"));
            seen.append(' ').append(part.getHeaders("Content-Type"));
            seen.append(' ')
                    .append(new TreeSet<>(part.getHeaderNames().stream()
                            .map(name -> name.toLowerCase(java.util.Locale.ROOT))
                            .toList()));
            seen.append(' ').append(seen(part.getInputStream().readAllBytes()));
        }
        return seen + "file is " + (request.getPart("file") != null) + ", none is " + request.getPart("none") + "\n";
    }

    private static String attributes(HttpServletRequest request) {
        return SignatureFilter.verdict(request) + "\n" + seen(SignatureFilter.body(request));
    }

    private static String dispatch(HttpServletRequest request) throws IOException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            return "dispatched " + seen(request.getInputStream().readAllBytes());
        }
        request.startAsync().dispatch();
        return "";
    }

    private static void listen(HttpServletRequest request, HttpServletResponse response, int size) throws IOException {
        AsyncContext async = request.startAsync();
        async.setTimeout(20_000);
        ServletInputStream in = request.getInputStream();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        in.setReadListener(new ReadListener() {
            @Override
            public void onDataAvailable() throws IOException {
                byte[] buffer = new byte[size];
                while (in.isReady() && !in.isFinished()) {
                    int count = in.read(buffer);
                    read.write(buffer, 0, Math.max(0, count));
                }
            }

            @Override
            public void onAllDataRead() throws IOException {
                answer(response, "heard " + seen(read.toByteArray()));
                async.complete();
            }

            @Override
            public void onError(Throwable error) {
                async.complete();
            }
        });
    }

    private static void answer(HttpServletResponse response, String seen) throws IOException {
        response.setContentType("text/plain; charset=utf-8");
        response.getOutputStream().write(seen.getBytes(UTF_8));
    }
}
