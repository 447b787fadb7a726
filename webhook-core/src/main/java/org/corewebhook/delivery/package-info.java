/** Lanes: how an accepted event reaches its destinations. */
@NullMarked
package org.corewebhook.delivery;

import org.jspecify.annotations.NullMarked;
