/**
 * From {@code webhooks.json}, {@code connections.json} or a builder to one immutable
 * {@link org.corewebhook.configuration.Configuration}.
 */
@NullMarked
package org.corewebhook.configuration;

import org.jspecify.annotations.NullMarked;
