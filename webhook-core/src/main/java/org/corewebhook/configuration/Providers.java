package org.corewebhook.configuration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.corewebhook.spi.ConnectionProvider;
import org.corewebhook.spi.ObserverProvider;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.ValidatorProvider;
import org.jspecify.annotations.Nullable;

/**
 * The validators, modules and connections that can be named: those on the class path and those given to the builder.
 */
public final class Providers {

    private final Map<String, ValidatorProvider> validators = new LinkedHashMap<>();
    private final Map<String, OutputModuleProvider> modules = new LinkedHashMap<>();
    private final Map<String, ConnectionProvider> connections = new LinkedHashMap<>();
    private final Map<String, ObserverProvider> observers = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private Providers() {}

    /** Finds all providers that the class loader sees; two of one name are a problem that names both classes. */
    public static Providers load(ClassLoader loader) {
        Providers providers = new Providers();
        providers.addAll(ValidatorProvider.class, loader, providers.validators, ValidatorProvider::key);
        providers.addAll(OutputModuleProvider.class, loader, providers.modules, OutputModuleProvider::name);
        providers.addAll(ConnectionProvider.class, loader, providers.connections, ConnectionProvider::type);
        providers.addAll(ObserverProvider.class, loader, providers.observers, ObserverProvider::connectionType);
        return providers;
    }

    /** Adds a provider that is not on the class path as a service. */
    public void add(ValidatorProvider provider) {
        add(provider.key(), provider, validators);
    }

    /** Adds a provider that is not on the class path as a service. */
    public void add(OutputModuleProvider provider) {
        add(provider.name(), provider, modules);
    }

    /** Adds a provider that is not on the class path as a service. */
    public void add(ConnectionProvider provider) {
        add(provider.type(), provider, connections);
    }

    Collection<ValidatorProvider> validators() {
        return validators.values();
    }

    Collection<String> validatorKeys() {
        return validators.keySet();
    }

    @Nullable
    OutputModuleProvider module(String name) {
        return modules.get(name);
    }

    Collection<String> moduleNames() {
        return modules.keySet();
    }

    @Nullable
    ConnectionProvider connection(String type) {
        return connections.get(type);
    }

    Collection<String> connectionTypes() {
        return connections.keySet();
    }

    @Nullable
    ObserverProvider observer(String connectionType) {
        return observers.get(connectionType);
    }

    List<Problem> problems() {
        return problems;
    }

    private <P> void addAll(Class<P> kind, ClassLoader loader, Map<String, P> found, Function<P, String> name) {
        var services = ServiceLoader.load(kind, loader).iterator();
        while (true) {
            try {
                if (!services.hasNext()) {
                    return;
                }
                P provider = services.next();
                add(name.apply(provider), provider, found);
            } catch (ServiceConfigurationError e) {
                problem(kind.getSimpleName(), "A provider cannot be loaded: " + e.getMessage());
            }
        }
    }

    private <P> void add(String name, P provider, Map<String, P> found) {
        P other = found.putIfAbsent(name, provider);
        if (other != null && other.getClass() != provider.getClass()) {
            problem(
                    name,
                    "Two classes provide it, remove one from the class path: "
                            + other.getClass().getName() + " and "
                            + provider.getClass().getName());
        }
    }

    private void problem(String name, String message) {
        problems.add(new Problem(Problem.Severity.PROOF, "class path", "/" + name, 0, message));
    }
}
