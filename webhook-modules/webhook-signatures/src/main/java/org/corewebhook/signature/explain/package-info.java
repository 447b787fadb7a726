/** Tells an operator, and nobody else, why a signature is not right. */
@NullMarked
package org.corewebhook.signature.explain;

import org.jspecify.annotations.NullMarked;
