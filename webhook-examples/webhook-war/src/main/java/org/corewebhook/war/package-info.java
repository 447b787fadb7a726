/** The stand-alone receiver: one file for a servlet container and for {@code java -jar}. */
@NullMarked
package org.corewebhook.war;

import org.jspecify.annotations.NullMarked;
