package org.corewebhook.signature;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.corewebhook.Secret;
import org.corewebhook.signature.scheme.Preset;
import org.corewebhook.signature.scheme.Presets;
import org.corewebhook.signature.scheme.PublicUrl;
import org.corewebhook.signature.scheme.RemoteSenderServers;
import org.corewebhook.signature.scheme.SenderServers;
import org.corewebhook.signature.scheme.SignatureScheme;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link SignatureVerifier} needs; not thread-safe. */
public final class SignatureVerifierBuilder {

    private final @Nullable Preset preset;
    private final @Nullable SignatureScheme own;
    private final List<SignatureKey> keys = new ArrayList<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private PublicUrl publicUrl = PublicUrl.unknown();
    private @Nullable Duration tolerance;
    private Duration futureTolerance = SignatureVerifier.DEFAULT_FUTURE_TOLERANCE;
    private Clock clock = Clock.systemUTC();
    private @Nullable SenderServers servers;
    private @Nullable SignatureScheme made;

    SignatureVerifierBuilder(Preset preset) {
        this.preset = preset;
        this.own = null;
    }

    SignatureVerifierBuilder(SignatureScheme own) {
        this.preset = null;
        this.own = own;
    }

    /** Adds a secret as the sender shows it; the newest first. */
    public SignatureVerifierBuilder secret(Secret secret) {
        return key(new SignatureKey(keys.isEmpty() ? "secret" : "secret " + (keys.size() + 1), secret, null, null));
    }

    /** Adds a public key as the sender shows it. */
    public SignatureVerifierBuilder publicKey(String text) {
        return key(new SignatureKey("public_key", Secret.of(text), null, null));
    }

    /** Adds a key; the newest first. */
    public SignatureVerifierBuilder key(SignatureKey key) {
        if (key.secret().isBlank()) {
            throw new IllegalArgumentException("A key must not be empty");
        }
        keys.add(key);
        return this;
    }

    /** Says what the receiver is called from outside, see {@link PublicUrl}; needed where the URL is signed. */
    public SignatureVerifierBuilder publicUrl(String url) {
        this.publicUrl = PublicUrl.parse(url);
        return this;
    }

    SignatureVerifierBuilder publicUrl(PublicUrl url) {
        this.publicUrl = url;
        return this;
    }

    /** Sets how old a signature may be, by default as the sender says; zero for any age. */
    public SignatureVerifierBuilder tolerance(Duration maxAge) {
        this.tolerance = positive(maxAge);
        return this;
    }

    /** Sets how far ahead of our clock a signature may be, by default 60 seconds. */
    public SignatureVerifierBuilder futureTolerance(Duration ahead) {
        this.futureTolerance = positive(ahead);
        return this;
    }

    /** Sets a setting of the scheme itself, for example PayPal's {@code webhook_id}. */
    public SignatureVerifierBuilder parameter(String name, String value) {
        parameters.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** Sets the clock, by default the system's. */
    public SignatureVerifierBuilder clock(Clock source) {
        this.clock = Objects.requireNonNull(source, "source");
        return this;
    }

    /** Sets who asks the servers of senders for keys; a test gives a local fake. */
    SignatureVerifierBuilder servers(SenderServers ask) {
        this.servers = ask;
        return this;
    }

    /**
     * Returns the verifier.
     *
     * @throws IllegalArgumentException if something is missing or wrong; the message quotes no secret
     */
    public SignatureVerifier build() {
        SignatureScheme result = scheme();
        if (result.key() != null && keys.isEmpty()) {
            String what = Objects.requireNonNull(result.key()).algorithm().shared() ? "secret" : "public key";
            throw new IllegalArgumentException("The scheme " + result.name() + " needs a " + what);
        }
        if (result.key() == null && !keys.isEmpty()) {
            throw new IllegalArgumentException("The scheme " + result.name() + " fetches its keys and takes none");
        }
        if (tolerance != null && result.tolerance() == null) {
            throw new IllegalArgumentException("The scheme " + result.name() + " signs no time: remove the tolerance");
        }
        return new SignatureVerifier(this);
    }

    SignatureScheme scheme() {
        SignatureScheme known = own == null ? made : own;
        if (known == null) {
            SenderServers given = servers;
            known = Objects.requireNonNull(preset)
                    .make(parameters, given == null ? this::remoteServers : () -> given, clock);
            made = known;
        }
        return known;
    }

    private SenderServers remoteServers() {
        return RemoteSenderServers.on(clock, Presets::isSenderHost);
    }

    List<SignatureKey> keys() {
        return List.copyOf(keys);
    }

    PublicUrl publicUrl() {
        return publicUrl;
    }

    Clock clock() {
        return clock;
    }

    Duration futureTolerance() {
        return futureTolerance;
    }

    Duration effectiveTolerance() {
        Duration standard = scheme().tolerance();
        return tolerance != null ? tolerance : standard == null ? Duration.ZERO : standard;
    }

    @Nullable
    Handshake handshake(SignatureVerifier verifier) {
        if (preset == null) {
            return null;
        }
        List<Secret> secrets = keys.stream().map(SignatureKey::secret).toList();
        return SchemeHandshakes.of(preset.name(), secrets, parameters, verifier, clock);
    }

    private static Duration positive(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("A tolerance must not be negative");
        }
        return duration;
    }
}
