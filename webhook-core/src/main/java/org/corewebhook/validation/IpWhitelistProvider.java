package org.corewebhook.validation;

import java.util.List;
import org.corewebhook.address.ClientAddress;
import org.corewebhook.address.IpRange;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code ip_whitelist}: a list of addresses and CIDR ranges from which requests may come. Forwarded headers
 * count only if the TCP peer is one of the endpoint's {@code trusted_proxies}; see {@link ClientAddress}. Thread-safe.
 */
public final class IpWhitelistProvider implements ValidatorProvider {

    /** Made by {@link java.util.ServiceLoader}. */
    public IpWhitelistProvider() {}

    @Override
    public String key() {
        return "ip_whitelist";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.ADDRESS;
    }

    @Override
    public Validator create(Settings endpoint) {
        List<String> items = endpoint.strings(key());
        if (items.isEmpty()) {
            endpoint.problem(
                    key(), "Must name at least one address: nothing could get in. Remove the key to let all in");
        }
        List<IpRange> allowed = AddressSettings.ranges(endpoint, key());
        return new IpWhitelistValidator(allowed, AddressSettings.clientAddress(endpoint));
    }
}
