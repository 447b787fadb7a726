/** Proof of the sender: how senders of webhooks sign, as data, and one engine that verifies it. */
@NullMarked
package org.corewebhook.signature;

import org.jspecify.annotations.NullMarked;
