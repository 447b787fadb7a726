package org.corewebhook.redis;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ConnectionProvider;

/** Opens connections of type {@code redis-rq}, which have the settings of type {@code redis}. Thread-safe. */
public final class RedisRqConnectionProvider implements ConnectionProvider {

    static final String TYPE = "redis-rq";

    /** Called by {@link java.util.ServiceLoader}. */
    public RedisRqConnectionProvider() {}

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Opener prepare(Settings settings) {
        return RedisConnectionProvider.opener(settings);
    }
}
