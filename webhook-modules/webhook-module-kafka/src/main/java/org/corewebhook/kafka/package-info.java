/** The output {@code kafka}: each event as one record of a topic, acknowledged by all replicas in sync. */
@NullMarked
package org.corewebhook.kafka;

import org.jspecify.annotations.NullMarked;
