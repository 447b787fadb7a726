/** The outputs that need no library: {@code log} and {@code save_to_disk}. */
@NullMarked
package org.corewebhook.output;

import org.jspecify.annotations.NullMarked;
