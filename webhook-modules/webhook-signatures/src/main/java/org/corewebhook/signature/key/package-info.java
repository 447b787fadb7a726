/** Keys of senders: how they are written, and what they verify. */
@NullMarked
package org.corewebhook.signature.key;

import org.jspecify.annotations.NullMarked;
