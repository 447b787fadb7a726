package org.corewebhook.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultipartBodyTest {

    private static final String TYPE = "multipart/form-data; boundary=b";

    @TempDir
    private Path folder;

    @Test
    void aPartMaySayItsOwnCharset() throws Exception {
        String head = "Content-Disposition: form-data; name=\"n\"\r\nContent-Type: text/plain; charset=ISO-8859-1";
        byte[] body = ("--b\r\n" + head + "\r\n\r\ncaf\u00e9\r\n--b--\r\n").getBytes(ISO_8859_1);
        assertThat(parse(body).get(0).text(UTF_8)).isEqualTo("caf\u00e9");
    }

    @Test
    void aFileIsWrittenBelowTheFolderOfTheContext() throws Exception {
        BufferedPart part = parse(part("filename=\"../x\"", "content")).get(0);
        assertThat(part.getSubmittedFileName()).isEqualTo("../x");
        part.write("kept.txt");
        assertThat(Files.readString(folder.resolve("kept.txt"))).isEqualTo("content");
        part.write(folder.resolve("absolute.txt").toString());
        assertThat(Files.readString(folder.resolve("absolute.txt"))).isEqualTo("content");
        part.delete();
        assertThat(part.getInputStream().readAllBytes()).isEqualTo("content".getBytes(UTF_8));
    }

    @Test
    void anExtendedFileNameIsDecoded() throws Exception {
        assertThat(parse(part("filename*=UTF-8''%e2%82%ac.txt", "")).get(0).getSubmittedFileName())
                .isEqualTo("\u20ac.txt");
    }

    @Test
    void aFieldOfFilesWithoutAFileIsAPartWithoutAName() throws Exception {
        assertThat(parse(part("filename=\"\"", "")).get(0).getSubmittedFileName())
                .isEmpty();
    }

    @Test
    void whatCannotBeParsedIsRefused() {
        for (String body : List.of(
                "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\ncut off",
                "--b\r\nContent-Disposition: form-data; name=\"n\"\r\nX: " + "x".repeat(9000) + "\r\n\r\n1\r\n--b--")) {
            assertThatThrownBy(() -> parse(body.getBytes(UTF_8)))
                    .as(body.substring(0, Math.min(60, body.length())))
                    .isInstanceOf(ServletException.class);
        }
        assertThatThrownBy(() -> MultipartBody.parse("multipart/form-data", new byte[0], UTF_8, null))
                .as("no boundary in the type")
                .isInstanceOf(ServletException.class);
        assertThatThrownBy(() -> parse(part("filename=\"a\0b\"", ""))).isInstanceOf(ServletException.class);
    }

    @Test
    void aBodyWithoutAnyBoundaryHasNoParts() throws Exception {
        for (String body : List.of("", "--b", "no boundary at all")) {
            assertThat(parse(body.getBytes(UTF_8))).as(body).isEmpty();
        }
    }

    @Test
    void aFloodOfPartsIsRefused() {
        String part = "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n";
        byte[] body = (part.repeat(1001) + "--b--\r\n").getBytes(UTF_8);
        assertThatThrownBy(() -> parse(body)).isInstanceOf(ServletException.class);
    }

    private static byte[] part(String parameters, String content) {
        return ("--b\r\nContent-Disposition: form-data; name=\"n\"; " + parameters + "\r\n\r\n" + content
                        + "\r\n--b--\r\n")
                .getBytes(UTF_8);
    }

    private List<BufferedPart> parse(byte[] body) throws Exception {
        return MultipartBody.parse(TYPE, body, UTF_8, folder.toFile());
    }
}
