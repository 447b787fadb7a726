/**
 * The operator's side of a receiver, free of any framework: {@code /}, {@code /health}, {@code /stats}, CORS and the
 * security headers of every answer.
 */
@NullMarked
package org.corewebhook.operations;

import org.jspecify.annotations.NullMarked;
