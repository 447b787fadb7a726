/** How senders sign: most of it data, code for the odd ones. */
@NullMarked
package org.corewebhook.signature.scheme;

import org.jspecify.annotations.NullMarked;
