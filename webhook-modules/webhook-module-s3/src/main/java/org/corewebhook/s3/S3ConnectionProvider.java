package org.corewebhook.s3;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ConnectionProvider;

/** Opens connections of the type {@code s3}; their settings stand in the README of the module. Thread-safe. */
public final class S3ConnectionProvider implements ConnectionProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public S3ConnectionProvider() {}

    @Override
    public String type() {
        return "s3";
    }

    @Override
    public Opener prepare(Settings settings) {
        S3ConnectionOptions options = S3ConnectionOptions.read(settings);
        return () -> new S3Store(options);
    }
}
