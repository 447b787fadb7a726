/** Starts real servers for tests: on free ports of 127.0.0.1, in folders of their own, ended with the JVM. */
@NullMarked
package org.corewebhook.testkit.server;

import org.jspecify.annotations.NullMarked;
