package org.corewebhook;

import org.jspecify.annotations.Nullable;

/**
 * What a path below the mount names: an endpoint, perhaps within a namespace, which is a label only.
 *
 * @param id the endpoint's id as sent
 * @param namespace the namespace as sent, or null
 */
record EndpointPath(String id, @Nullable String namespace) {

    private static final int MAX_ID = 100;
    private static final int MAX_NAMESPACE = 64;

    /**
     * Returns what stands behind the mount path, or null if that cannot name an endpoint. One slash at the end is
     * forgiven: a redirect would lose the webhook, since senders do not follow.
     */
    static @Nullable EndpointPath parse(String mountPath, String path) {
        if (!isBelow(mountPath, path)) {
            return null;
        }
        int start = mountPath.length() + 1;
        int end = path.endsWith("/") ? path.length() - 1 : path.length();
        if (start >= end) {
            return null;
        }
        int slash = path.indexOf('/', start);
        if (slash < 0 || slash >= end) {
            return new EndpointPath(path.substring(start, end), null);
        }
        boolean deeper = path.indexOf('/', slash + 1) < end && path.indexOf('/', slash + 1) >= 0;
        if (slash == start || slash + 1 == end || deeper) {
            return null;
        }
        return new EndpointPath(path.substring(slash + 1, end), path.substring(start, slash));
    }

    /** Tells whether the path is the mount path or below it. */
    static boolean isBelow(String mountPath, String path) {
        return path.startsWith(mountPath)
                && (path.length() == mountPath.length() || path.charAt(mountPath.length()) == '/');
    }

    boolean hasValidId() {
        return isName(id, MAX_ID);
    }

    boolean hasValidNamespace() {
        return namespace == null || isName(namespace, MAX_NAMESPACE);
    }

    private static boolean isName(String text, int maxLength) {
        if (text.isEmpty() || text.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean allowed = letter || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
