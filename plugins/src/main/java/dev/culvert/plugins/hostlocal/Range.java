// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Subnet;

import java.util.Optional;

/**
 * Addresses of one subnet to be handed out, with the subnet's gateway, which is not.
 *
 * @param start the first, included
 * @param end the last, included
 * @param gateway may lie outside of the subnet
 */
record Range(Subnet subnet, IpAddr start, IpAddr end, IpAddr gateway) {
    /**
     * From a configuration, with the reference's defaults: from the subnet's second address to its
     * last, less the broadcast address; the gateway is the second address.
     *
     * @throws IllegalArgumentException in the reference's words
     */
    static Range of(
            IfAddr network,
            Optional<IpAddr> start,
            Optional<IpAddr> end,
            Optional<IpAddr> gateway) {
        Subnet subnet = subnet(network);
        IpAddr first = start.orElse(subnet.address().plus(1));
        if (!subnet.contains(first)) {
            throw new IllegalArgumentException("RangeStart " + first + " not in network " + subnet);
        }
        IpAddr last = end.orElse(subnet.isIpv4() ? subnet.last().plus(-1) : subnet.last());
        if (end.isEmpty() && last.compareTo(first) < 0) {
            throw new IllegalArgumentException("RangeStart " + first
                    + " is after RangeEnd, which is " + last + " by default in network " + subnet);
        }
        if (!subnet.contains(last) || last.compareTo(first) < 0) {
            throw new IllegalArgumentException("RangeEnd " + last + " not in network " + subnet
                    + (subnet.contains(last) ? " from " + first + " on" : ""));
        }
        IpAddr via = gateway.orElse(subnet.address().plus(1));
        if (via.isIpv4() != subnet.isIpv4()) {
            throw new IllegalArgumentException(
                    "gateway " + via + " is of another family than network " + subnet);
        }
        return new Range(subnet, first, last, via);
    }

    private static Subnet subnet(IfAddr network) {
        if (network.prefixLength() > network.address().bits() - 2) {
            throw new IllegalArgumentException(
                    "Network " + network + " too small to allocate from");
        }
        Subnet subnet = network.subnet();
        if (!subnet.address().equals(network.address())) {
            throw new IllegalArgumentException(
                    "Network has host bits set. For a subnet mask of length "
                            + network.prefixLength() + " the network address is "
                            + subnet.address());
        }
        return subnet;
    }

    boolean isIpv4() {
        return subnet.isIpv4();
    }

    boolean contains(IpAddr address) {
        return address.isIpv4() == isIpv4()
                && start.compareTo(address) <= 0
                && address.compareTo(end) <= 0;
    }

    boolean overlaps(Range other) {
        return contains(other.start)
                || contains(other.end)
                || other.contains(start)
                || other.contains(end);
    }

    @Override
    public String toString() {
        return start + "-" + end;
    }
}
