/** The durable event store over JDBC: one SQLite file, embedded, or a PostgreSQL database that instances share. */
@NullMarked
package org.corewebhook.store.jdbc;

import org.jspecify.annotations.NullMarked;
