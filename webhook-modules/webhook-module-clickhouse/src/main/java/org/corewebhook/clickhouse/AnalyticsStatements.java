package org.corewebhook.clickhouse;

/**
 * The SQL of the statistics.
 *
 * @param database where the tables are
 */
record AnalyticsStatements(String database) {

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;
    private static final int WEEK = 7 * DAY;
    private static final int MONTH = 30 * DAY;

    /** As long as events are redelivered: later ones are not counted. */
    private static final int LATEST = 3 * DAY;

    TableName logs() {
        return new TableName(database, AnalyticsLogger.TABLE);
    }

    TableName stats() {
        return new TableName(database, "webhook_stats");
    }

    TableName minutes() {
        return new TableName(database, "webhook_stats_minutes");
    }

    /**
     * Selects the newest minute that is counted; 0 if there is none. A log with a clock that is ahead does not count.
     */
    String newestMinute(long now) {
        return "SELECT toUnixTimestamp(max(minute)) FROM " + minutes().sql() + " WHERE minute <= toDateTime(" + now
                + ")";
    }

    /** Counts the minutes that may have changed; to repeat it changes nothing. */
    String countMinutes(long newestMinute) {
        String from = "toDateTime(" + Math.max(0, newestMinute - newestMinute % MINUTE - LATEST) + ")";
        return "INSERT INTO " + minutes().sql() + " (webhook_id, minute, events)"
                + " SELECT webhook_id, toStartOfMinute(timestamp) AS counted, count() AS number FROM " + logs().sql()
                + " WHERE timestamp >= " + from + " GROUP BY webhook_id, counted"
                + " HAVING (webhook_id, counted, number) NOT IN (SELECT webhook_id, minute, max(events) FROM "
                + minutes().sql() + " WHERE minute >= " + from + " GROUP BY webhook_id, minute)";
    }

    /**
     * Writes one row per id from three parts: the logs of the last hour, the minutes before it, and, at the edge of the
     * windows of a day and more, the logs of the minute that lies across it.
     */
    String writeStatistics(long now, long since) {
        long recent = startOfMinute(now - HOUR);
        return "INSERT INTO " + stats().sql()
                + " (id, webhook_id, timestamp, total, minute, minute_5, minute_15, minute_30, hour, day, week, month)"
                + " SELECT lower(hex(MD5(concat(webhook_id, ' ', toString(" + since + "))))), webhook_id, toDateTime("
                + now
                + "), sumIf(number, edge = 0)" + window(now, MINUTE) + window(now, 5 * MINUTE)
                + window(now, 15 * MINUTE) + window(now, 30 * MINUTE) + window(now, HOUR) + window(now, DAY)
                + window(now, WEEK) + window(now, MONTH)
                + " FROM (SELECT webhook_id, timestamp AS at, count() AS number, 0 AS edge FROM " + logs().sql()
                + " WHERE timestamp >= toDateTime(" + recent + ") GROUP BY webhook_id, at"
                + " UNION ALL SELECT webhook_id, minute AS at, max(events) AS number, 0 AS edge FROM "
                + minutes().sql()
                + " WHERE minute < toDateTime(" + recent + ") GROUP BY webhook_id, at"
                + " UNION ALL SELECT webhook_id, timestamp AS at, count() AS number, 1 AS edge FROM " + logs().sql()
                + " WHERE " + edge(now, DAY) + " OR " + edge(now, WEEK) + " OR " + edge(now, MONTH)
                + " GROUP BY webhook_id, at)"
                + " WHERE webhook_id NOT IN (SELECT webhook_id FROM " + stats().sql()
                + " WHERE timestamp >= toDateTime("
                + since + ")) GROUP BY webhook_id"
                + " SETTINGS insert_deduplicate = 1, insert_deduplication_token = 'webhook-stats-" + since + "'";
    }

    /** Whole minutes behind the edge of the window, and of the minute across the edge what lies behind it. */
    private static String window(long now, int seconds) {
        long edge = now - seconds;
        return ", sumIf(number, at > toDateTime(" + edge + ") AND (edge = 0 OR at < toDateTime("
                + (startOfMinute(edge) + MINUTE) + ")))";
    }

    private static String edge(long now, int seconds) {
        long edge = now - seconds;
        return "(timestamp > toDateTime(" + edge + ") AND timestamp < toDateTime(" + (startOfMinute(edge) + MINUTE)
                + "))";
    }

    private static long startOfMinute(long second) {
        return second - second % MINUTE;
    }
}
