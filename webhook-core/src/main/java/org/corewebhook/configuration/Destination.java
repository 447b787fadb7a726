package org.corewebhook.configuration;

import org.corewebhook.spi.OutputModule;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint's events go.
 *
 * @param lane name of the lane, {@code endpoint/destination}: stays the same when other destinations come and go
 * @param module what delivers, or null if the configuration of this destination cannot be used
 * @param problem why there is no module, for the operator
 * @param threads name of the group of threads that it shares: its connection's, or its own lane
 */
public record Destination(String lane, @Nullable OutputModule module, String problem, String threads) {}
