package org.corewebhook.clickhouse;

/** The tables, as existing installations have them; new ones also remember the blocks they got. */
final class Tables {

    /** So many blocks are remembered, so that one that is repeated is not stored twice. */
    private static final String REST = """
             ENGINE = MergeTree
            PARTITION BY toYYYYMM(timestamp)
            ORDER BY (webhook_id, timestamp)
            SETTINGS non_replicated_deduplication_window = 1000""";

    private Tables() {}

    static String logs(TableName table) {
        return "CREATE TABLE IF NOT EXISTS " + table.sql()
                + " (id String, webhook_id String, timestamp DateTime, payload String, headers String,"
                + " created_at DateTime DEFAULT now())" + REST;
    }

    static String stats(TableName table) {
        return "CREATE TABLE IF NOT EXISTS " + table.sql()
                + " (id String, webhook_id String, timestamp DateTime, total UInt64, minute UInt64, minute_5 UInt64,"
                + " minute_15 UInt64, minute_30 UInt64, hour UInt64, day UInt64, week UInt64, month UInt64,"
                + " created_at DateTime DEFAULT now())" + REST;
    }

    /** Events per minute, which the statistics are made of; of several counts of one minute the highest holds. */
    static String minutes(TableName table) {
        return "CREATE TABLE IF NOT EXISTS " + table.sql() + " (webhook_id String, minute DateTime, events UInt64)"
                + " ENGINE = ReplacingMergeTree(events) PARTITION BY toYYYYMM(minute) ORDER BY (webhook_id, minute)";
    }
}
