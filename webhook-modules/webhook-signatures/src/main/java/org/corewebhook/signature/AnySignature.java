package org.corewebhook.signature;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.Handshake;
import org.corewebhook.spi.ReceiptId;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;

/** Accepts what any of several verifiers accepts, while a sender moves from one format to another. Thread-safe. */
public final class AnySignature implements Validator {

    private final List<SignatureVerifier> verifiers;

    AnySignature(List<SignatureVerifier> verifiers) {
        this.verifiers = List.copyOf(verifiers);
    }

    /** Returns the verifiers in the order in which they are configured. */
    public List<SignatureVerifier> verifiers() {
        return verifiers;
    }

    /** Asks all of them always, so that time does not tell which one it was. */
    @Override
    public ValidationResult validate(WebhookRequest request) {
        List<Verdict> verdicts =
                verifiers.stream().map(verifier -> verifier.verify(request)).toList();
        if (verdicts.stream().anyMatch(Verdict::verified)) {
            return ValidationResult.accepted();
        }
        ValidationResult refusal = SignatureVerifier.INVALID;
        for (int i = 0; i < verdicts.size(); i++) {
            ValidationResult one = verifiers.get(i).refused(request, verdicts.get(i));
            refusal = one == SignatureVerifier.INVALID ? refusal : one;
        }
        return refusal;
    }

    @Override
    public Set<String> credentialHeaders() {
        Set<String> headers = new LinkedHashSet<>();
        verifiers.forEach(verifier -> headers.addAll(verifier.credentialHeaders()));
        return headers;
    }

    @Override
    public @Nullable Handshake handshake() {
        List<Handshake> handshakes = verifiers.stream()
                .map(SignatureVerifier::handshake)
                .filter(Objects::nonNull)
                .toList();
        return handshakes.isEmpty() ? null : Handshake.firstOf(handshakes);
    }

    /** The id of the first verifier that accepts: another sender's headers mean nothing. */
    @Override
    public @Nullable ReceiptId receiptId(WebhookRequest request) {
        for (SignatureVerifier verifier : verifiers) {
            if (verifier.tryOut(request, verifier.publicUrl()).verified()) {
                return verifier.receiptId(request);
            }
        }
        return null;
    }

    /** The longest of all. */
    @Override
    public Duration replayWindow() {
        return verifiers.stream()
                .map(SignatureVerifier::replayWindow)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
