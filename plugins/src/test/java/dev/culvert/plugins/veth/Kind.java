// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

/** The plugins over a veth pair, each with a network of both families that works. */
public enum Kind implements Trial.Setting {
    BRIDGE,
    /** A bridge that checks hardware addresses. */
    BRIDGE_GUARDED,
    PTP,
    PTP_PROXY_ARP;

    static final String[] IPS = {"10.1.0.2/24 via 10.1.0.1", "fd00:1::2/64 via fd00:1::1"};

    /** A dual-stack network with default routes; its bridge, if it has one, is br0. */
    @Override
    public TestNetwork network(String name) {
        TestNetwork network = switch (this) {
            case BRIDGE ->
                TestNetwork.bridge(name).with("bridge", "\"br0\"").with("isGateway", "true");
            case BRIDGE_GUARDED -> BRIDGE.network(name).with("macspoofchk", "true");
            case PTP -> TestNetwork.ptp(name);
            case PTP_PROXY_ARP -> TestNetwork.ptp(name).with("gatewayStyle", "\"proxyArp\"");
        };
        return network.withIps(IPS).withRoutes("{\"dst\":\"0.0.0.0/0\"}", "{\"dst\":\"::/0\"}");
    }
}
