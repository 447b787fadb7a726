/** Measures what the receiver costs; nothing here is published. */
@NullMarked
package org.corewebhook.benchmarks;

import org.jspecify.annotations.NullMarked;
