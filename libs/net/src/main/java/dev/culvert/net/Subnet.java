// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

/**
 * A network: an address whose host bits are zero, and the length of its prefix (0 to 32 or 128
 * bits).
 *
 * @param address the first address
 * @param prefixLength bits
 */
public record Subnet(IpAddr address, int prefixLength) {
    /**
     * Checks the length and the host bits.
     *
     * @throws IllegalArgumentException if the length is out of range or a host bit is set; the
     *     message names the network that was probably meant
     */
    public Subnet {
        Prefixes.check(address, prefixLength);
        IpAddr network = address.masked(prefixLength);
        if (!network.equals(address)) {
            throw new IllegalArgumentException(
                    address + "/" + prefixLength + " has host bits set: for a prefix length of "
                            + prefixLength + " the network address is " + network);
        }
    }

    /** The network that an address lies in. */
    public static Subnet of(IpAddr address, int prefixLength) {
        Prefixes.check(address, prefixLength);
        return new Subnet(address.masked(prefixLength), prefixLength);
    }

    /** From text such as {@code 10.1.0.0/16}; host bits must be zero. */
    public static Subnet parse(String text) {
        int slash = Prefixes.slash(text);
        return new Subnet(IpAddr.parse(text.substring(0, slash)), Prefixes.length(text, slash));
    }

    public boolean contains(IpAddr other) {
        return other.isIpv4() == address.isIpv4() && other.masked(prefixLength).equals(address);
    }

    /** Whether the two share an address. */
    public boolean overlaps(Subnet other) {
        return contains(other.address) || other.contains(address);
    }

    /** The last address, all host bits one: the broadcast address of an IPv4 network. */
    public IpAddr last() {
        return address.filled(prefixLength);
    }

    public boolean isIpv4() {
        return address.isIpv4();
    }

    /** Whether this is 0.0.0.0/0 or ::/0. */
    public boolean isDefault() {
        return prefixLength == 0;
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
