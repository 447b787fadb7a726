/** The one memory of what senders have sent before: idempotent receiving and protection against replays. */
@NullMarked
package org.corewebhook.receipt;

import org.jspecify.annotations.NullMarked;
