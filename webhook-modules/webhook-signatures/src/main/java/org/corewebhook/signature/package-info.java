/** Proof of the sender: how some sixty senders sign, as data, and the one engine that verifies them. */
@NullMarked
package org.corewebhook.signature;

import org.jspecify.annotations.NullMarked;
