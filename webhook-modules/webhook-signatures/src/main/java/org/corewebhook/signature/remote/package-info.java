/** Asks other servers during the proof of a sender: keys, certificates, tokens. Guarded, bounded in time and size. */
@NullMarked
package org.corewebhook.signature.remote;

import org.jspecify.annotations.NullMarked;
