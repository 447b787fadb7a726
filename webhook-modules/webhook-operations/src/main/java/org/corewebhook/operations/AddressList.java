package org.corewebhook.operations;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.corewebhook.address.IpAddress;
import org.corewebhook.address.IpRange;

/** A list of IP addresses and CIDR ranges, compared by value. Immutable and thread-safe. */
record AddressList(List<IpRange> ranges) {

    /** Returns the list of these addresses and ranges; each must satisfy {@link #isAddressOrRange}. */
    static AddressList of(Collection<String> addresses) {
        List<IpRange> ranges = new ArrayList<>();
        for (String address : addresses) {
            IpRange range = IpRange.parse(address);
            if (range == null) {
                throw new IllegalArgumentException("Not an IP address or CIDR range: " + address);
            }
            ranges.add(range);
        }
        return new AddressList(List.copyOf(ranges));
    }

    /** Tells whether the text is an address that stands in the list or in one of its ranges. */
    boolean contains(String address) {
        IpAddress parsed = IpAddress.parse(address);
        return parsed != null && IpRange.anyContains(ranges, parsed);
    }

    /** Tells whether the text is an address or a range in digits; host names are not looked up. */
    static boolean isAddressOrRange(String text) {
        return IpRange.parse(text) != null;
    }
}
