package org.corewebhook.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;

/** What a request says about its body. */
final class ContentType {

    private ContentType() {}

    /** Tells whether the body holds parameters: a form, posted (Servlet 6.0, 3.1.1), and not compressed. */
    static boolean isForm(HttpServletRequest request) {
        return "POST".equals(request.getMethod())
                && mediaType(request).equals("application/x-www-form-urlencoded")
                && !isCompressed(request);
    }

    /** Tells whether the body holds parts. */
    static boolean isMultipart(HttpServletRequest request) {
        return mediaType(request).equals("multipart/form-data") && !isCompressed(request);
    }

    /**
     * Returns the charset for a reader: what the request says, UTF-8 for JSON, which knows no other (RFC 8259, 8.1),
     * ISO-8859-1 for the rest (Servlet 6.0, 3.12).
     */
    static Charset charsetOfText(HttpServletRequest request) throws UnsupportedEncodingException {
        String name = request.getCharacterEncoding();
        if (name != null) {
            return charset(name);
        }
        String type = mediaType(request);
        boolean json = type.equals("application/json") || type.endsWith("+json");
        return json ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    }

    /** Returns the charset for a form: what the request says, or UTF-8 as browsers and senders mean it. */
    static Charset charsetOfForm(HttpServletRequest request) {
        String name = request.getCharacterEncoding();
        try {
            return name == null ? StandardCharsets.UTF_8 : charset(name);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("The parameters cannot be decoded", e); // as Servlet 6.1 has it
        }
    }

    /** Returns the charset of that name. */
    static Charset charset(String name) throws UnsupportedEncodingException {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            UnsupportedEncodingException unsupported = new UnsupportedEncodingException(name);
            unsupported.initCause(e);
            throw unsupported;
        }
    }

    private static boolean isCompressed(HttpServletRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        return encoding != null && !encoding.equalsIgnoreCase("identity");
    }

    private static String mediaType(HttpServletRequest request) {
        String type = request.getContentType();
        if (type == null) {
            return "";
        }
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }
}
