package org.corewebhook.clickhouse;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/**
 * What ClickHouse said instead of doing what it was asked.
 *
 * @param status of HTTP (RFC 9110, 15)
 * @param code ClickHouse's number of the error, 0 if there is none
 * @param name ClickHouse's name of the error, such as {@code UNKNOWN_TABLE}, empty if there is none
 * @see <a href="https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp">ErrorCodes.cpp</a>
 */
record ClickHouseError(int status, int code, String name) {

    static final int UNKNOWN_TABLE = 60;
    static final int UNKNOWN_DATABASE = 81;
    static final int ACCESS_DENIED = 497;

    private static final int SYNTAX_ERROR = 62;
    private static final int ENTITY_TOO_LARGE = 413;

    /** CANNOT_PARSE_*, out of bounds, division by zero, throwIf, too large, constraint: the row is to blame. */
    private static final Set<Integer> OF_A_ROW = Set.of(6, 26, 27, 38, 41, 69, 72, 131, 153, 321, 395, 469, 675, 676);

    /** Authentication: unknown user, wrong password, required password, authentication failed. */
    private static final Set<Integer> OF_THE_USER = Set.of(192, 193, 194, 516);

    /** No such column, type mismatch, incorrect data, unknown table and database. */
    private static final Set<Integer> OF_THE_TABLE = Set.of(8, 10, 16, 47, 53, 117, UNKNOWN_TABLE, UNKNOWN_DATABASE);

    private static final Pattern CODE = Pattern.compile("Code: (\\d{1,6})\\.");
    private static final Pattern NAME = Pattern.compile("\\(([A-Z][A-Z0-9_]{2,80})\\)");

    static ClickHouseError of(int status, @Nullable String codeHeader, String body) {
        Matcher inBody = CODE.matcher(body);
        String code = codeHeader != null && codeHeader.matches("\\d{1,6}")
                ? codeHeader
                : inBody.find() ? String.valueOf(inBody.group(1)) : "0";
        // The last name in brackets is that of the error; the text before it may quote what we sent.
        String name = "";
        Matcher names = NAME.matcher(body);
        while (names.find()) {
            name = String.valueOf(names.group(1));
        }
        return new ClickHouseError(status, Integer.parseInt(code), name);
    }

    /** Tells whether one row may be the reason for the refusal of a whole block. */
    boolean isOfARow() {
        return OF_A_ROW.contains(code) || status == ENTITY_TOO_LARGE;
    }

    DeliveryException failure(String target, String doing) {
        String message =
                target + " refused " + doing + ": " + (code == 0 ? "HTTP " + status : code + " " + name) + advice();
        return isOfARow() || code == SYNTAX_ERROR
                ? DeliveryException.permanent(message, null)
                : DeliveryException.retryable(message, null);
    }

    private String advice() {
        if (OF_THE_USER.contains(code) || (code == 0 && (status == 401 || status == 403))) {
            return ". Check user and password of the connection";
        }
        if (OF_THE_TABLE.contains(code)) {
            return ". The table must have the columns id String, webhook_id String, timestamp DateTime, payload String,"
                    + " headers String";
        }
        if (code == ACCESS_DENIED) {
            return ". The user needs a grant for it";
        }
        return code == 0 && status / 100 != 5 ? ". Is this the port of ClickHouse's HTTP interface?" : "";
    }
}
