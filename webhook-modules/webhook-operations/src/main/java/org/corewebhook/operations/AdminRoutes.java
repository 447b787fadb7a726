package org.corewebhook.operations;

import org.corewebhook.ErrorKind;
import org.corewebhook.StoredEvents;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/events} and {@code /admin/lanes}: the operator's hands on stored events, for who has the admin's token.
 *
 * <p>Without a configured token, or without a store, these paths do not exist. Thread-safe.
 */
final class AdminRoutes {

    private final @Nullable StoredEventsRoutes routes;
    private final AccessTokens admins;

    AdminRoutes(@Nullable StoredEvents events, OperationsSettings settings) {
        this.routes = events == null ? null : new StoredEventsRoutes(events);
        this.admins = AccessTokens.of(settings.adminTokens());
    }

    boolean owns(String path) {
        return routes != null && !admins.isEmpty() && StoredEventsRoutes.isOurs(path);
    }

    WebhookResponse answer(WebhookRequest request) {
        if (routes == null) {
            return WebhookResponse.problem(ErrorKind.NOT_FOUND, "Not Found");
        }
        return switch (admins.check(request)) {
            case MISSING -> AccessTokens.required();
            case WRONG -> AccessTokens.invalid();
            case GIVEN -> routes.handle(request);
        };
    }
}
