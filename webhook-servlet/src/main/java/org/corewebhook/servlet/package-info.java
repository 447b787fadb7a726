/** The adapter to jakarta.servlet: reads requests, writes responses, decides nothing. */
@NullMarked
package org.corewebhook.servlet;

import org.jspecify.annotations.NullMarked;
