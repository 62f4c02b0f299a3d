// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * An address of a result.
 *
 * @param address with its prefix length and its host bits
 * @param gateway of its subnet
 * @param interfaceIndex place in the result's interfaces, from 0; an IPAM plugin gives none, and -1
 *     passes through
 * @cni 1.1.0 SPEC "ADD Success", ips
 */
public record CniIp(IfAddr address, Optional<IpAddr> gateway, OptionalInt interfaceIndex) {
    /** An address alone. */
    public static CniIp of(IfAddr address) {
        return new CniIp(address, Optional.empty(), OptionalInt.empty());
    }

    /** This address with its gateway. */
    public CniIp withGateway(IpAddr other) {
        return new CniIp(address, Optional.of(other), interfaceIndex);
    }

    /** This address on an interface. */
    public CniIp onInterface(int index) {
        return new CniIp(address, gateway, OptionalInt.of(index));
    }
}
