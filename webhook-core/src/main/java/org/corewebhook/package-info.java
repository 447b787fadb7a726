/** The public API: a request goes into {@link org.corewebhook.WebhookProcessor}, a response comes out. */
@NullMarked
package org.corewebhook;

import org.jspecify.annotations.NullMarked;
