package org.corewebhook.signature;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.corewebhook.configuration.Settings;
import org.corewebhook.signature.handshake.Handshakes;
import org.corewebhook.signature.scheme.DeclaredScheme;
import org.corewebhook.signature.scheme.Preset;
import org.corewebhook.signature.scheme.Presets;
import org.corewebhook.signature.scheme.PublicUrl;
import org.corewebhook.signature.scheme.SignatureScheme;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code signature}: the proof by which one sender signs, or a list of which any will do.
 *
 * <p>{@code scheme} or {@code definition}; {@code secret}, {@code secrets} or {@code public_key}; {@code public_url};
 * {@code tolerance_seconds} and {@code future_tolerance_seconds} (60); {@code parameters}. The README of the module has
 * them all. Thread-safe.
 */
public final class SignatureProvider implements ValidatorProvider {

    private static final long MAX_TOLERANCE_SECONDS = Duration.ofDays(31).toSeconds();
    private static final String PARAMETERS = "parameters";

    /** Made by {@link java.util.ServiceLoader}. */
    public SignatureProvider() {}

    @Override
    public String key() {
        return "signature";
    }

    @Override
    public Validator create(Settings endpoint) {
        if (!(endpoint.json(key()) instanceof ArrayNode)) {
            return closedWithout(verifier(endpoint.object(key())));
        }
        List<SignatureVerifier> verifiers = new ArrayList<>();
        boolean complete = true;
        List<Settings> all = endpoint.objects(key());
        for (Settings settings : all) {
            SignatureVerifier verifier = verifier(settings);
            complete &= verifier != null;
            if (verifier != null) {
                verifiers.add(verifier);
            }
        }
        if (all.isEmpty()) {
            endpoint.problem(key(), "Must not be an empty list: nobody could be proven");
        }
        return complete && !verifiers.isEmpty() ? new AnySignature(verifiers) : new ClosedSignature();
    }

    private static Validator closedWithout(@Nullable SignatureVerifier verifier) {
        return verifier == null ? new ClosedSignature() : verifier;
    }

    /** Returns the verifier, or null if there is a problem, which is then noted. */
    private static @Nullable SignatureVerifier verifier(Settings settings) {
        int before = settings.problems().size();
        Map<String, String> parameters = settings.stringMap(PARAMETERS);
        SignatureVerifierBuilder builder =
                settings.has("definition") ? own(settings, parameters) : preset(settings, parameters);
        PublicUrl url = publicUrl(settings);
        long past = settings.integer("tolerance_seconds", 0, 1, MAX_TOLERANCE_SECONDS);
        long future = settings.integer("future_tolerance_seconds", 60, 0, MAX_TOLERANCE_SECONDS);
        if (builder == null) {
            readKeysOnly(settings);
            return null;
        }
        SignatureScheme scheme = builder.scheme();
        new KeySettings(settings, scheme.key()).read().forEach(builder::key);
        if (url != null) {
            builder.publicUrl(url);
        } else if (scheme.urlBound() && !settings.has("public_url")) {
            settings.problem("public_url", "Is missing: this sender signs the URL, so say what it calls");
        }
        if (settings.has("tolerance_seconds") && scheme.tolerance() == null) {
            settings.problem("tolerance_seconds", "The scheme " + scheme.name() + " signs no time: remove the key");
        } else if (settings.has("tolerance_seconds")) {
            builder.tolerance(Duration.ofSeconds(past));
        }
        builder.futureTolerance(Duration.ofSeconds(future));
        return settings.problems().size() > before ? null : build(builder, settings);
    }

    /** What is wrong with the rest is worth knowing even if the scheme is not known. */
    private static void readKeysOnly(Settings settings) {
        settings.secret("secret");
        settings.secret("public_key");
        settings.json("secrets");
    }

    private static @Nullable SignatureVerifier build(SignatureVerifierBuilder builder, Settings settings) {
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            settings.problem(PARAMETERS, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static @Nullable SignatureVerifierBuilder own(Settings settings, Map<String, String> parameters) {
        if (settings.has("scheme")) {
            settings.problem("scheme", "A scheme has a name or a definition, not both");
        }
        if (!parameters.isEmpty()) {
            settings.problem(PARAMETERS, "A scheme with a definition takes no parameters");
        }
        DeclaredScheme scheme = new DefinitionReader(settings.object("definition")).read();
        return scheme == null ? null : new SignatureVerifierBuilder(scheme).clock(settings.clock());
    }

    private static @Nullable SignatureVerifierBuilder preset(Settings settings, Map<String, String> parameters) {
        String name = settings.requireString("scheme");
        Preset preset = Presets.byName(name);
        if (preset == null) {
            if (!name.isBlank()) {
                settings.problem("scheme", "There is no such scheme; there are " + String.join(", ", Presets.names()));
            }
            return null;
        }
        boolean usable = checkParameters(settings, preset, parameters);
        SignatureVerifierBuilder builder = new SignatureVerifierBuilder(preset).clock(settings.clock());
        parameters.forEach(builder::parameter);
        try {
            builder.scheme();
        } catch (IllegalArgumentException e) {
            if (usable) {
                settings.problem(PARAMETERS, String.valueOf(e.getMessage()));
            }
            return null;
        }
        return builder;
    }

    private static boolean checkParameters(Settings settings, Preset preset, Map<String, String> parameters) {
        Set<String> known = new TreeSet<>(preset.parameters());
        known.addAll(Handshakes.parameterNames(preset.name()));
        boolean usable = true;
        for (String name : parameters.keySet()) {
            if (!known.contains(name)) {
                String takes = known.isEmpty() ? "takes none" : "takes " + String.join(", ", known);
                settings.problem(PARAMETERS, "Unknown parameter " + name + ": " + preset.name() + " " + takes);
            }
        }
        for (String name : preset.requiredParameters()) {
            if (parameters.getOrDefault(name, "").isBlank()) {
                settings.problem(PARAMETERS, "The scheme " + preset.name() + " needs the parameter " + name);
                usable = false;
            }
        }
        return usable;
    }

    private static @Nullable PublicUrl publicUrl(Settings settings) {
        String text = settings.string("public_url");
        if (text == null) {
            return null;
        }
        try {
            return PublicUrl.parse(text.strip());
        } catch (IllegalArgumentException e) {
            settings.problem("public_url", String.valueOf(e.getMessage()));
            return null;
        }
    }
}
