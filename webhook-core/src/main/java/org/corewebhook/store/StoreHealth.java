package org.corewebhook.store;

import org.jspecify.annotations.Nullable;

/**
 * How the store is doing.
 *
 * @param location what is configured, without credentials
 * @param lastError why the last write failed, or null if the last write succeeded
 */
public record StoreHealth(String location, @Nullable String lastError) {}
