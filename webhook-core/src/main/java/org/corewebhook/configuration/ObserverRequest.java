package org.corewebhook.configuration;

import org.corewebhook.spi.ObserverProvider;
import org.corewebhook.spi.SharedConnection;

/**
 * A connection that asks for an observer of accepted webhooks.
 *
 * @param provider what makes the observer
 * @param connection the connection
 */
public record ObserverRequest(ObserverProvider provider, SharedConnection connection) {}
