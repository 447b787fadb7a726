package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import net.razorvine.pickle.Pickler;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the call of a Python function as a pickle, with the values that Python's own {@code json.loads} would make:
 * whole numbers of any size, floats of 64 bits, lone surrogates, the last of duplicate keys.
 *
 * <p>Used for one pickle.
 */
final class PythonPickle extends Pickler {

    /** Decoding time grows with the square of the digits; Python's own limit is 4300. */
    private static final int MAX_DIGITS = 10_000;

    private static final int BINBYTES = 'B';
    private static final int BINUNICODE = 'X';

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(MAX_DIGITS)
                    .build())
            .build());

    private PythonPickle() {
        super(false); // no memo: equal lists in a payload must stay two lists
    }

    /** Returns {@code (function, None, (payload, headers), {})}. */
    static byte[] call(String function, WebhookEvent event, boolean json) throws DeliveryException {
        Object payload = json && JsonText.is(event.body()) ? decoded(event.body()) : event.body();
        Object[] arguments = {payload, event.headers().toMap()};
        ByteArrayOutputStream pickle = new ByteArrayOutputStream(event.body().length + 1024);
        try {
            new PythonPickle().dump(new Object[] {function, null, arguments, Map.of()}, pickle);
        } catch (IOException e) {
            throw DeliveryException.permanent("The body cannot be written as a pickle", e);
        }
        return pickle.toByteArray();
    }

    private static @Nullable Object decoded(byte[] body) throws DeliveryException {
        try {
            return JSON.readValue(body, Object.class);
        } catch (JsonProcessingException e) {
            // Its message may quote the body.
            throw DeliveryException.permanent(
                    "The JSON holds what cannot be decoded, such as a number of more than " + MAX_DIGITS + " digits",
                    null);
        } catch (IOException e) {
            throw DeliveryException.permanent("The JSON cannot be decoded", e);
        }
    }

    /** The library makes a {@code bytearray} of bytes and question marks of lone surrogates. */
    @Override
    public void save(@Nullable Object value) throws IOException {
        if (value instanceof byte[] bytes) {
            write(BINBYTES, bytes);
        } else if (value instanceof String text && hasLoneSurrogate(text)) {
            write(BINUNICODE, surrogatesPassed(text));
        } else {
            super.save(value);
        }
    }

    private void write(int opcode, byte[] bytes) throws IOException {
        out.write(opcode);
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(bytes.length >>> shift);
        }
        out.write(bytes);
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(PythonPickle::isSurrogate);
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    /** Python's {@code surrogatepass}: a lone surrogate as the three bytes that UTF-8 would give its number. */
    private static byte[] surrogatesPassed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() * 2);
        text.codePoints().forEach(codePoint -> {
            if (isSurrogate(codePoint)) {
                bytes.write(0xe0 | (codePoint >> 12));
                bytes.write(0x80 | ((codePoint >> 6) & 0x3f));
                bytes.write(0x80 | (codePoint & 0x3f));
            } else {
                bytes.writeBytes(Character.toString(codePoint).getBytes(UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
