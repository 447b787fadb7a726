/** What third parties implement: validators, output modules, connections; found by {@link java.util.ServiceLoader}. */
@NullMarked
package org.corewebhook.spi;

import org.jspecify.annotations.NullMarked;
