/** What a payload may look like (strict UTF-8, one JSON value, bounded depth and length), and what of it is hidden. */
@NullMarked
package org.corewebhook.payload;

import org.jspecify.annotations.NullMarked;
