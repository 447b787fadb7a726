/** The durable event store over JDBC: one SQLite file, embedded. */
@NullMarked
package org.corewebhook.store.jdbc;

import org.jspecify.annotations.NullMarked;
