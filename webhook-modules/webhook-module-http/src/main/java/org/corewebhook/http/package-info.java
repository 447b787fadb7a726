/** The output {@code http_webhook}: each event as one HTTP request to another system. */
@NullMarked
package org.corewebhook.http;

import org.jspecify.annotations.NullMarked;
