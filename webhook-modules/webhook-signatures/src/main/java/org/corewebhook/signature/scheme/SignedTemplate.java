package org.corewebhook.signature.scheme;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import org.corewebhook.signature.key.SignedContent;
import org.jspecify.annotations.Nullable;

/**
 * What is signed, as a text with names in braces: {@code {id}.{timestamp}.{body}}. All other characters stand for
 * themselves.
 *
 * <p>Names: {@code body}, {@code timestamp} and {@code id} exactly as sent, {@code method}, {@code url},
 * {@code decoded_url} (some escapes decoded, as HubSpot does), {@code header:x-name}, {@code body_sha256} (hex),
 * {@code body_crc32} (decimal). Immutable and thread-safe.
 */
public final class SignedTemplate {

    private static final byte[] NONE = {};

    private final Piece[] pieces;
    /** The text of each piece, encoded once; where it is no literal, nothing that is signed. */
    private final byte[][] literals;

    private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);

    private SignedTemplate(List<Piece> pieces) {
        this.pieces = pieces.toArray(Piece[]::new);
        this.literals = pieces.stream().map(piece -> utf8(piece.text())).toArray(byte[][]::new);
        pieces.forEach(piece -> kinds.add(piece.kind()));
    }

    private enum Kind {
        LITERAL,
        BODY,
        TIMESTAMP,
        ID,
        METHOD,
        URL,
        DECODED_URL,
        HEADER,
        BODY_SHA256,
        BODY_CRC32
    }

    private record Piece(Kind kind, String text) {}

    /**
     * Returns the template that the text is.
     *
     * @throws IllegalArgumentException if a name is unknown or a brace is not closed
     */
    public static SignedTemplate parse(String text) {
        List<Piece> pieces = new ArrayList<>();
        int position = 0;
        while (position < text.length()) {
            int open = text.indexOf('{', position);
            int end = open < 0 ? text.length() : open;
            if (end > position) {
                pieces.add(new Piece(Kind.LITERAL, text.substring(position, end)));
            }
            if (open < 0) {
                break;
            }
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("A brace is not closed");
            }
            pieces.add(piece(text.substring(open + 1, close)));
            position = close + 1;
        }
        return new SignedTemplate(pieces);
    }

    private static Piece piece(String name) {
        if (name.startsWith("header:") && name.length() > 7) {
            return new Piece(Kind.HEADER, name.substring(7));
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.LITERAL
                    && kind != Kind.HEADER
                    && kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return new Piece(kind, "");
            }
        }
        throw new IllegalArgumentException("Knows body, timestamp, id, method, url, decoded_url, header:<name>,"
                + " body_sha256 and body_crc32 in braces");
    }

    boolean signsBody() {
        return has(Kind.BODY) || has(Kind.BODY_SHA256) || has(Kind.BODY_CRC32);
    }

    boolean signsTimestamp() {
        return has(Kind.TIMESTAMP);
    }

    boolean signsId() {
        return has(Kind.ID);
    }

    boolean signsUrl() {
        return has(Kind.URL) || has(Kind.DECODED_URL);
    }

    private boolean has(Kind kind) {
        return kinds.contains(kind);
    }

    SignedContent fill(SignedRequest request, @Nullable String timestamp, @Nullable String id)
            throws UnprovenException {
        byte[][] parts = new byte[pieces.length][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = bytes(i, request, timestamp, id);
        }
        return SignedContent.of(parts);
    }

    private byte[] bytes(int index, SignedRequest request, @Nullable String timestamp, @Nullable String id)
            throws UnprovenException {
        Piece piece = pieces[index];
        return switch (piece.kind()) {
            case LITERAL -> literals[index];
            case BODY -> request.body();
            case TIMESTAMP -> timestamp == null ? NONE : utf8(timestamp);
            case ID -> id == null ? NONE : utf8(id);
            case METHOD -> utf8(request.method());
            case URL -> utf8(request.url());
            case DECODED_URL -> utf8(HubSpotUrl.decode(request.url()));
            case HEADER -> utf8(request.required(piece.text()));
            case BODY_SHA256 -> utf8(HexFormat.of().formatHex(sha256(request.body())));
            case BODY_CRC32 -> utf8(crc32(request.body()));
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    private static String crc32(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return Long.toString(checksum.getValue());
    }
}
