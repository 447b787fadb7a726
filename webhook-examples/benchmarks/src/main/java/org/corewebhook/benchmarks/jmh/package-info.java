/** Measures single steps of the core with JMH. */
@NullMarked
package org.corewebhook.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
