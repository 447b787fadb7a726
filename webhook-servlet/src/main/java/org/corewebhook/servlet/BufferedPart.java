package org.corewebhook.servlet;

import jakarta.servlet.http.Part;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.fileupload2.core.FileItemHeaders;
import org.jspecify.annotations.Nullable;

/** A part that is in memory. Immutable and thread-safe. */
final class BufferedPart implements Part {

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);

    private final String name;
    private final @Nullable String fileName;
    private final @Nullable String contentType;
    private final FileItemHeaders headers;
    private final byte[] content;
    private final @Nullable File folder;

    /** Makes a part; {@code folder} is where {@link #write} puts files that are named by a relative path. */
    BufferedPart(
            String name,
            @Nullable String fileName,
            @Nullable String contentType,
            FileItemHeaders headers,
            byte[] content,
            @Nullable File folder) {
        this.name = name;
        this.fileName = fileName;
        this.contentType = contentType;
        this.headers = headers;
        this.content = content;
        this.folder = folder;
    }

    /** Returns the content as text, in the charset that the part names or else in this one. */
    String text(Charset charset) {
        Matcher named = CHARSET.matcher(contentType == null ? "" : contentType);
        if (!named.find()) {
            return new String(content, charset);
        }
        try {
            return new String(content, Charset.forName(named.group(1)));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return new String(content, charset);
        }
    }

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(content);
    }

    @Override
    public @Nullable String getContentType() {
        return contentType;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public @Nullable String getSubmittedFileName() {
        return fileName;
    }

    @Override
    public long getSize() {
        return content.length;
    }

    @Override
    public void write(String file) throws IOException {
        Path target = Path.of(file);
        Files.write(folder == null ? target : folder.toPath().resolve(target), content);
    }

    /** Does nothing: there is no file. */
    @Override
    public void delete() {}

    @Override
    public @Nullable String getHeader(String header) {
        return headers.getHeader(header);
    }

    @Override
    public Collection<String> getHeaders(String header) {
        List<String> values = new ArrayList<>();
        headers.getHeaders(header).forEachRemaining(values::add);
        return values;
    }

    @Override
    public Collection<String> getHeaderNames() {
        Set<String> names = new LinkedHashSet<>();
        headers.getHeaderNames().forEachRemaining(header -> names.add(header.toLowerCase(Locale.ROOT)));
        return names;
    }
}
