// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

/**
 * An address as it is put on a link: host bits are kept.
 *
 * @param address the address
 * @param prefixLength 0 to 32 or 128 bits
 */
public record IfAddr(IpAddr address, int prefixLength) {
    /** Checks the length. */
    public IfAddr {
        Prefixes.check(address, prefixLength);
    }

    /** From text such as {@code 10.1.2.3/24}. */
    public static IfAddr parse(String text) {
        int slash = Prefixes.slash(text);
        return new IfAddr(IpAddr.parse(text.substring(0, slash)), Prefixes.length(text, slash));
    }

    /** The address alone: /32 or /128. */
    public static IfAddr host(IpAddr address) {
        return new IfAddr(address, address.bits());
    }

    public Subnet subnet() {
        return Subnet.of(address, prefixLength);
    }

    public boolean isIpv4() {
        return address.isIpv4();
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
