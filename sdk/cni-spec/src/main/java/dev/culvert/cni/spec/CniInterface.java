// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

/**
 * An interface of a result. Empty texts and an MTU of 0 are absent.
 *
 * @param mac the hardware address as text
 * @param mtuBytes since 1.1.0
 * @param sandbox the path of the network namespace; empty on the host
 * @param socketPath since 1.1.0
 * @param pciId since 1.1.0
 * @cni 1.1.0 SPEC "ADD Success", interfaces
 */
public record CniInterface(
        String name, String mac, long mtuBytes, String sandbox, String socketPath, String pciId) {
    /** An interface of the host. */
    public static CniInterface onHost(String name, String mac) {
        return new CniInterface(name, mac, 0, "", "", "");
    }

    /** An interface in a container. */
    public static CniInterface inSandbox(String name, String mac, String sandbox) {
        return new CniInterface(name, mac, 0, sandbox, "", "");
    }

    /** This interface with another hardware address. */
    public CniInterface withMac(String other) {
        return new CniInterface(name, other, mtuBytes, sandbox, socketPath, pciId);
    }

    /** This interface with its MTU. */
    public CniInterface withMtuBytes(long mtu) {
        return new CniInterface(name, mac, mtu, sandbox, socketPath, pciId);
    }
}
