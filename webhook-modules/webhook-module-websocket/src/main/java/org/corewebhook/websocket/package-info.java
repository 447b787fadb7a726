/** The output {@code websocket}: each event as one message to a WebSocket server (RFC 6455). */
@NullMarked
package org.corewebhook.websocket;

import org.jspecify.annotations.NullMarked;
