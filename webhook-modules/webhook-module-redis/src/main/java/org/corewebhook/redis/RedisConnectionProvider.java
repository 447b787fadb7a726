package org.corewebhook.redis;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ConnectionProvider;

/** Opens connections of type {@code redis}; the settings stand in the README of the module. Thread-safe. */
public final class RedisConnectionProvider implements ConnectionProvider {

    static final String TYPE = "redis";

    /** Called by {@link java.util.ServiceLoader}. */
    public RedisConnectionProvider() {}

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Opener prepare(Settings settings) {
        return opener(settings);
    }

    static Opener opener(Settings settings) {
        RedisOptions options = RedisOptions.read(settings, null);
        return () -> new RedisClient(options);
    }
}
