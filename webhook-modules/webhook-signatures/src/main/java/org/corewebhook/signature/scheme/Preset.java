package org.corewebhook.signature.scheme;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** A scheme by the name of its sender, with the settings that it takes. Immutable and thread-safe. */
public final class Preset {

    private final String name;
    private final Set<String> required;
    private final Set<String> optional;
    private final Maker maker;

    Preset(String name, Set<String> required, Set<String> optional, Maker maker) {
        this.name = name;
        this.required = Set.copyOf(required);
        this.optional = Set.copyOf(optional);
        this.maker = maker;
    }

    /** What a scheme is made of besides its data. */
    record Parts(Map<String, String> parameters, Supplier<SenderServers> servers, Clock clock) {

        String parameter(String name, String otherwise) {
            return parameters.getOrDefault(name, otherwise);
        }
    }

    /** Makes the scheme; says with {@link IllegalArgumentException} what is wrong with a parameter. */
    @FunctionalInterface
    interface Maker {
        SignatureScheme make(Parts parts);
    }

    /** Returns the name in {@code webhooks.json}. */
    public String name() {
        return name;
    }

    /** Returns the parameters that the scheme cannot do without. */
    public Set<String> requiredParameters() {
        return required;
    }

    /** Returns all parameters of the scheme itself; its handshake may take others. */
    public Set<String> parameters() {
        Set<String> all = new LinkedHashSet<>(required);
        all.addAll(optional);
        return all;
    }

    /**
     * Makes the scheme.
     *
     * @param servers who fetches the sender's keys; asked only by schemes that need it
     * @throws IllegalArgumentException if a parameter is missing or wrong; the message names it
     */
    public SignatureScheme make(Map<String, String> parameters, Supplier<SenderServers> servers, Clock clock) {
        for (String parameter : required) {
            if (parameters.getOrDefault(parameter, "").isBlank()) {
                throw new IllegalArgumentException("The scheme " + name + " needs the parameter " + parameter);
            }
        }
        return maker.make(new Parts(Map.copyOf(parameters), servers, clock));
    }
}
