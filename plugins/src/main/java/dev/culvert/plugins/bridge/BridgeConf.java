// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.host.link.EnsureVlanGateway;
import dev.culvert.json.Fields;
import dev.culvert.net.Mac;
import dev.culvert.plugins.main.RequestedMac;
import dev.culvert.plugins.main.RequestedMac.Source;
import dev.culvert.plugins.veth.VethConf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of the bridge plugin, valid once it exists. {@code docs/plugins/bridge.md} has
 * the table of keys.
 *
 * @param isGateway also true when isDefaultGateway is
 * @param mac of the container's end: the runtime's, else args', else CNI_ARGS'
 */
record BridgeConf(
        String bridge,
        boolean isGateway,
        boolean isDefaultGateway,
        boolean forceAddress,
        boolean hairpinMode,
        boolean promiscMode,
        boolean macspoofchk,
        boolean enabledad,
        boolean disableContainerInterface,
        boolean portIsolation,
        BridgeVlans vlans,
        VethConf veth,
        Optional<Mac> mac,
        boolean hasIpam) {
    private static final int NAME_MAX = 15;
    /** Two that are no file names, and two under which the kernel keeps settings of every link. */
    private static final List<String> RESERVED = List.of(".", "..", "all", "default");

    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG with every problem, each with its key
     */
    static BridgeConf parse(NetConf conf, String cniArgs) {
        Fields fields = conf.fields();
        List<String> problems = new ArrayList<>();
        boolean isDefaultGateway = fields.bool("isDefaultGateway", false);
        BridgeConf parsed = new BridgeConf(
                fields.string("bridge", "cni0"),
                fields.bool("isGateway", false) || isDefaultGateway,
                isDefaultGateway,
                fields.bool("forceAddress", false),
                fields.bool("hairpinMode", false),
                fields.bool("promiscMode", false),
                fields.bool("macspoofchk", false),
                fields.bool("enabledad", false),
                fields.bool("disableContainerInterface", false),
                fields.bool("portIsolation", false),
                BridgeVlans.parse(fields, problems),
                VethConf.parse(conf, problems),
                RequestedMac.of(conf, cniArgs, Source.RUNTIME, Source.ARGS, Source.CNI_ARGS),
                !conf.ipamType().isEmpty());
        parsed.check(problems);
        if (!problems.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, String.join("; ", problems));
        }
        return parsed;
    }

    private void check(List<String> problems) {
        checkName(problems);
        if (hairpinMode && promiscMode) {
            problems.add(
                    "hairpinMode, promiscMode: cannot set hairpin mode and promiscuous mode at the same time");
        }
        if (disableContainerInterface && hasIpam) {
            problems.add(
                    "disableContainerInterface: cannot use IPAM when DisableContainerInterface flag is set");
        }
        if (hasVlanGateway() && gatewayLink().length() > NAME_MAX) {
            problems.add("bridge, vlan: \"" + gatewayLink()
                    + "\", the link with the gateway, is longer than 15 bytes");
        }
    }

    /** Whether the bridge, or a link of its VLAN, gets gateway addresses. */
    boolean hasGateway() {
        return isGateway && hasIpam;
    }

    boolean hasVlanGateway() {
        return hasGateway() && vlans.vlan() != 0;
    }

    /** The link that carries the gateway addresses. */
    String gatewayLink() {
        return hasVlanGateway() ? EnsureVlanGateway.name(bridge, vlans.vlan()) : bridge;
    }

    private void checkName(List<String> problems) {
        boolean valid =
                !bridge.isEmpty() && bridge.length() <= NAME_MAX && !RESERVED.contains(bridge);
        for (int i = 0; i < bridge.length(); i++) {
            char c = bridge.charAt(i);
            valid &= c > ' ' && c < 0x7f && c != '/' && c != ':' && c != '%';
        }
        if (!valid) {
            problems.add("bridge: \"" + bridge
                    + "\" is no interface name of 1 to 15 bytes without / : % or blanks");
        }
    }
}
