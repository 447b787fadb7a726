/** Where accepted events are kept until they are delivered: what a durable store does for lanes and operators. */
@NullMarked
package org.corewebhook.store;

import org.jspecify.annotations.NullMarked;
