/** Network addresses: ranges, the client behind trusted proxies, where we may connect to. */
@NullMarked
package org.corewebhook.address;

import org.jspecify.annotations.NullMarked;
