package org.corewebhook.servlet;

import jakarta.servlet.ServletException;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.RequestContext;
import org.apache.commons.fileupload2.jakarta.servlet6.JakartaServletFileUpload;
import org.jspecify.annotations.Nullable;

/** Takes a {@code multipart/form-data} body (RFC 7578) apart that is in memory. */
final class MultipartBody {

    /** As many as Tomcat allows in all. */
    private static final int MAX_PARTS = 1000;

    private static final int MAX_PART_HEADER_BYTES = 8192;

    private MultipartBody() {}

    /** Returns the parts in order; {@code charset} is that of names and file names. */
    static List<BufferedPart> parse(String contentType, byte[] body, Charset charset, @Nullable File folder)
            throws IOException, ServletException {
        JakartaServletFileUpload<DiskFileItem, DiskFileItemFactory> parser = new JakartaServletFileUpload<>();
        parser.setHeaderCharset(charset);
        parser.setMaxPartHeaderSize(MAX_PART_HEADER_BYTES);
        List<BufferedPart> parts = new ArrayList<>();
        try {
            FileItemInputIterator items = parser.getItemIterator(new InMemory(contentType, body, charset));
            while (items.hasNext()) {
                if (parts.size() == MAX_PARTS) {
                    throw new ServletException("More than " + MAX_PARTS + " parts");
                }
                parts.add(part(items.next(), folder));
            }
        } catch (FileUploadException | InvalidPathException e) {
            throw new ServletException("The parts of the body cannot be parsed", e);
        }
        return parts;
    }

    private static BufferedPart part(FileItemInput item, @Nullable File folder) throws IOException {
        try (InputStream content = item.getInputStream()) {
            return new BufferedPart(
                    item.getFieldName(),
                    item.getName(),
                    item.getContentType(),
                    item.getHeaders(),
                    content.readAllBytes(),
                    folder);
        }
    }

    /** What the parser asks about a request. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record InMemory(String contentType, byte[] body, Charset charset) implements RequestContext {

        @Override
        public String getCharacterEncoding() {
            return charset.name();
        }

        @Override
        public long getContentLength() {
            return body.length;
        }

        @Override
        public String getContentType() {
            return contentType;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public boolean isMultipartRelated() {
            return false;
        }
    }
}
