/** Answers to the requests by which senders make sure that an endpoint is ours, safe by default. */
@NullMarked
package org.corewebhook.signature.handshake;

import org.jspecify.annotations.NullMarked;
