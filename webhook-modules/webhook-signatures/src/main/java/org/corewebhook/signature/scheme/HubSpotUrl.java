package org.corewebhook.signature.scheme;

/**
 * The form of a URL that HubSpot signs in its version 3: these escapes are decoded, all others stay
 * (developers.hubspot.com, "Validating requests").
 */
final class HubSpotUrl {

    private static final String[][] DECODED = {
        {"%3A", ":"},
        {"%2F", "/"},
        {"%3F", "?"},
        {"%40", "@"},
        {"%21", "!"},
        {"%24", "$"},
        {"%27", "'"},
        {"%28", "("},
        {"%29", ")"},
        {"%2A", "*"},
        {"%2C", ","},
        {"%3B", ";"}
    };

    private HubSpotUrl() {}

    static String decode(String url) {
        if (url.indexOf('%') < 0) {
            return url;
        }
        String decoded = url;
        for (String[] pair : DECODED) {
            decoded = decoded.replace(pair[0], pair[1]);
        }
        return decoded;
    }
}
