package org.corewebhook.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is in memory, so that it can be read every way, one after the other; each way starts at the
 * first byte. Parameters and parts are parsed when they are asked for. Like the container's own requests, used by one
 * thread at a time.
 */
final class BufferedRequest extends HttpServletRequestWrapper {

    private final ServletResponse response;
    private final byte[] body;
    private @Nullable String encoding;
    private @Nullable BufferedStream stream;
    private @Nullable BufferedReader reader;
    private @Nullable Map<String, String[]> parameters;
    private @Nullable List<BufferedPart> parts;

    BufferedRequest(HttpServletRequest request, ServletResponse response, byte[] body) {
        super(request);
        this.response = response;
        this.body = body;
    }

    /** Returns the request as it is if its body is in memory, which dispatching can lose, or one with these bytes. */
    static HttpServletRequest keep(HttpServletRequest request, ServletResponse response, byte[] body) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            if (inner instanceof BufferedRequest) {
                return request;
            }
            inner = wrapper.getRequest();
        }
        return new BufferedRequest(request, response, body);
    }

    @Override
    public ServletInputStream getInputStream() {
        BufferedStream opened = stream;
        if (opened == null) {
            opened = new BufferedStream(body, this);
            stream = opened;
        }
        return opened;
    }

    @Override
    public BufferedReader getReader() throws UnsupportedEncodingException {
        BufferedReader opened = reader;
        if (opened == null) {
            Charset charset = ContentType.charsetOfText(this);
            opened = new BufferedReader(new InputStreamReader(new ByteArrayInputStream(body), charset));
            reader = opened;
        }
        return opened;
    }

    @Override
    public @Nullable String getCharacterEncoding() {
        return encoding == null ? super.getCharacterEncoding() : encoding;
    }

    /** Kept here: Jetty ignores it once the stream is open, and the stream is open since the body was checked. */
    @Override
    public void setCharacterEncoding(String name) throws UnsupportedEncodingException {
        if (reader == null && parameters == null) {
            ContentType.charset(name);
            encoding = name;
        }
    }

    /** The same, of jakarta.servlet 6.1; the wrapper of 6.1 would go past this class. */
    public void setCharacterEncoding(Charset charset) {
        if (reader == null && parameters == null) {
            encoding = charset.name();
        }
    }

    @Override
    public @Nullable String getParameter(String name) {
        String[] values = parameters().get(name);
        return values == null ? null : values[0];
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        String[] values = parameters().get(name);
        return values == null ? null : values.clone();
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(parameters().keySet());
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        return Collections.unmodifiableMap(parameters());
    }

    @Override
    public Collection<Part> getParts() throws IOException, ServletException {
        return List.copyOf(parts());
    }

    @Override
    public @Nullable Part getPart(String name) throws IOException, ServletException {
        for (Part part : parts()) {
            if (part.getName().equals(name)) {
                return part;
            }
        }
        return null;
    }

    /** Goes on with this request; the inherited method would go on with the container's, whose body is gone. */
    @Override
    public AsyncContext startAsync() {
        return startAsync(this, response);
    }

    private Map<String, String[]> parameters() {
        Map<String, String[]> parsed = parameters;
        if (parsed == null) {
            parsed = ContentType.isForm(this) || ContentType.isMultipart(this)
                    ? parametersOfBody()
                    : super.getParameterMap(); // of the query alone, as the container decodes it
            parameters = parsed;
        }
        return parsed;
    }

    /** Those of the query come first (Servlet 6.0, 3.1). */
    private Map<String, String[]> parametersOfBody() {
        FormParameters form = new FormParameters();
        form.addQuery(getQueryString());
        if (ContentType.isForm(this)) {
            form.addEncoded(body, ContentType.charsetOfForm(this));
            return form.toMap();
        }
        try {
            for (BufferedPart part : parts()) {
                if (part.getSubmittedFileName() == null) {
                    form.add(part.getName(), part.text(ContentType.charsetOfForm(this)));
                }
            }
        } catch (IOException | ServletException e) {
            throw new IllegalStateException("The parts of the body cannot be parsed", e); // as Servlet 6.1 has it
        }
        return form.toMap();
    }

    private List<BufferedPart> parts() throws IOException, ServletException {
        List<BufferedPart> parsed = parts;
        if (parsed == null) {
            if (!ContentType.isMultipart(this)) {
                throw new ServletException("Not multipart/form-data: " + getContentType());
            }
            Object folder = getServletContext().getAttribute(ServletContext.TEMPDIR);
            parsed = MultipartBody.parse(
                    getContentType(), body, ContentType.charsetOfForm(this), folder instanceof File file ? file : null);
            parts = parsed;
        }
        return parsed;
    }
}
