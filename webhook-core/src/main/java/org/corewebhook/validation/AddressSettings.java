package org.corewebhook.validation;

import java.util.ArrayList;
import java.util.List;
import org.corewebhook.address.ClientAddress;
import org.corewebhook.address.IpRange;
import org.corewebhook.configuration.Settings;

/** Reads lists of addresses from an endpoint's settings. */
final class AddressSettings {

    private AddressSettings() {}

    /** Returns how the endpoint finds out who sent a request; {@code trusted_proxies} are believed. */
    static ClientAddress clientAddress(Settings endpoint) {
        return ClientAddress.behind(ranges(endpoint, "trusted_proxies"));
    }

    /** Returns the blocks under a key; a problem for each item that is none. */
    static List<IpRange> ranges(Settings settings, String key) {
        List<String> items = settings.strings(key);
        List<IpRange> ranges = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            IpRange range = IpRange.parse(items.get(i).strip());
            if (range == null) {
                settings.problem(
                        key, "Item " + i + " is no IP address and no range such as 10.0.0.0/8 or 2001:db8::/32");
            } else {
                ranges.add(range);
            }
        }
        return ranges;
    }
}
