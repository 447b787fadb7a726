package org.corewebhook.signature.scheme;

import java.time.Duration;
import java.util.List;
import org.corewebhook.spi.ReceiptId;
import org.jspecify.annotations.Nullable;

/** One scheme with two sets of header names, such as Svix: the first whose signature is there counts. Thread-safe. */
final class FirstPresentScheme implements SignatureScheme {

    private final String name;
    private final DeclaredScheme first;
    private final String firstHeader;
    private final DeclaredScheme second;

    /** Takes schemes with the same kind of key. */
    FirstPresentScheme(String name, DeclaredScheme first, String firstHeader, DeclaredScheme second) {
        this.name = name;
        this.first = first;
        this.firstHeader = firstHeader;
        this.second = second;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable SchemeKey key() {
        return first.key();
    }

    @Override
    public @Nullable Duration tolerance() {
        return first.tolerance();
    }

    @Override
    public List<Proof> proofs(SignedRequest request) throws UnprovenException {
        return chosen(request).proofs(request);
    }

    @Override
    public @Nullable ReceiptId id(SignedRequest request) {
        return chosen(request).id(request);
    }

    private DeclaredScheme chosen(SignedRequest request) {
        return request.headers().first(firstHeader) == null ? second : first;
    }
}
