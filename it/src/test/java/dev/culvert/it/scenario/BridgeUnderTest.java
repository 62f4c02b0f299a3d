// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/** The bridge plugin, with a gateway and masquerading. */
final class BridgeUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "bridge";
    }

    @Override
    public Sort sort() {
        return Sort.INTERFACE;
    }

    @Override
    public String conf(Stage stage) {
        return ",\"bridge\":\"br0\",\"isGateway\":true,\"ipMasq\":true" + stage.ipam();
    }

    @Override
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>(Keys.veth());
        keys.addAll(Keys.keys(Kind.STRING, "bridge", "args.cni.mac", "runtimeConfig.mac"));
        keys.addAll(Keys.keys(
                Kind.BOOLEAN,
                "isGateway",
                "isDefaultGateway",
                "forceAddress",
                "hairpinMode",
                "promiscMode",
                "macspoofchk",
                "enabledad",
                "disableContainerInterface",
                "portIsolation",
                "preserveDefaultVlan"));
        keys.addAll(Keys.keys(
                Kind.NUMBER,
                "vlan",
                "vlanTrunk[0].minID",
                "vlanTrunk[0].maxID",
                "vlanTrunk[0].id"));
        keys.addAll(Keys.keys(Kind.LIST, "vlanTrunk"));
        keys.addAll(Keys.keys(Kind.OBJECT, "vlanTrunk[0]"));
        return keys;
    }

    @Override
    public List<String> sources() {
        return List.of(
                "bridge/BridgeConf",
                "bridge/BridgeVlans",
                "veth/VethConf",
                "main/LinkConf",
                "main/RequestedMac");
    }
}
