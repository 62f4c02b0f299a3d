// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.net.IpAddr;
import dev.culvert.net.Subnet;

/**
 * Neighbouring addresses of one family, both ends included.
 *
 * @param first not after the last
 */
record Stretch(IpAddr first, IpAddr last) {
    /**
     * From an address, a subnet or two addresses: {@code 10.1.2.3}, {@code 10.1.2.0/28},
     * {@code 10.1.2.10-10.1.2.20}.
     *
     * @throws IllegalArgumentException for any other text, mixed families or a wrong order
     */
    static Stretch parse(String text) {
        int dash = text.indexOf('-');
        if (dash >= 0) {
            IpAddr first = IpAddr.parse(text.substring(0, dash).trim());
            IpAddr last = IpAddr.parse(text.substring(dash + 1).trim());
            if (first.isIpv4() != last.isIpv4() || first.compareTo(last) > 0) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" does not lead from an address to a later one");
            }
            return new Stretch(first, last);
        }
        if (text.indexOf('/') >= 0) {
            Subnet subnet = Subnet.parse(text);
            return new Stretch(subnet.address(), subnet.last());
        }
        IpAddr address = IpAddr.parse(text);
        return new Stretch(address, address);
    }

    boolean contains(IpAddr address) {
        return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    /** How many addresses; at most {@link Long#MAX_VALUE}. */
    long size() {
        return AddressBits.of(first).countTo(AddressBits.of(last));
    }
}
