/** Reading bodies: the exact bytes, once, within a limit and a budget. */
@NullMarked
package org.corewebhook.body;

import org.jspecify.annotations.NullMarked;
