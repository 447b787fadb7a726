package org.corewebhook.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads an object with a batch as a consumer would. */
final class StoredEvents {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private StoredEvents() {}

    /** One line: what it says, and the exact bytes of the body in it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Line(JsonNode json, byte[] body) {}

    static List<Line> read(byte[] object) throws IOException {
        String text;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(object))) {
            text = new String(in.readAllBytes(), UTF_8);
        }
        List<Line> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty()) {
                JsonNode json = MAPPER.readTree(line);
                lines.add(new Line(json, body(line, json)));
            }
        }
        return lines;
    }

    private static byte[] body(String line, JsonNode json) {
        if (json.has("body_base64")) {
            return Base64.getDecoder().decode(json.get("body_base64").textValue());
        }
        int from = line.indexOf(",\"body\":") + ",\"body\":".length();
        return line.substring(from, line.length() - 1).getBytes(UTF_8);
    }
}
