/** The output {@code clickhouse}, and the analytics of accepted events in a ClickHouse database. */
@NullMarked
package org.corewebhook.clickhouse;

import org.jspecify.annotations.NullMarked;
