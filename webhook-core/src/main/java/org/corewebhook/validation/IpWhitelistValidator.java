package org.corewebhook.validation;

import java.util.List;
import org.corewebhook.WebhookRequest;
import org.corewebhook.address.ClientAddress;
import org.corewebhook.address.IpAddress;
import org.corewebhook.address.IpRange;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Lets requests from listed addresses pass; an empty list lets nobody pass. */
final class IpWhitelistValidator implements Validator {

    private static final ValidationResult UNKNOWN = ValidationResult.forbidden("Could not determine client IP");

    private final List<IpRange> allowed;
    private final ClientAddress clientAddress;

    IpWhitelistValidator(List<IpRange> allowed, ClientAddress clientAddress) {
        this.allowed = List.copyOf(allowed);
        this.clientAddress = clientAddress;
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        IpAddress client = clientAddress.of(request);
        if (client == null) {
            return UNKNOWN;
        }
        return IpRange.anyContains(allowed, client)
                ? ValidationResult.accepted()
                : ValidationResult.forbidden("IP " + client + " not in whitelist");
    }
}
