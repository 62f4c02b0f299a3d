// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/** The tuning plugin, of an interface that is there already. */
final class TuningUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "tuning";
    }

    @Override
    public Sort sort() {
        return Sort.CHAINED;
    }

    @Override
    public String conf(Stage stage) {
        return ",\"dataDir\":\"" + stage.data() + "\",\"txQLen\":77,\"mtu\":9000,"
                + "\"sysctl\":{\"net.ipv4.conf.IFNAME.arp_notify\":\"1\"}" + stage.previous();
    }

    @Override
    public void prepare(Stage stage) {
        stage.inContainer("ip link show eth0 >/dev/null 2>&1"
                + " || ip link add eth0 up type veth peer eth9");
    }

    @Override
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>(Keys.keys(Kind.OBJECT, "sysctl", "args.cni.sysctl"));
        keys.addAll(Keys.keys(
                Kind.STRING, "dataDir", "mac", "args.cni.mac", "runtimeConfig.mac", "sysctl.net"));
        keys.addAll(Keys.keys(Kind.NUMBER, "mtu", "txQLen", "args.cni.mtu", "args.cni.txQLen"));
        keys.addAll(Keys.keys(
                Kind.BOOLEAN, "promisc", "allmulti", "args.cni.promisc", "args.cni.allmulti"));
        keys.addAll(Keys.prevResult("ADD"));
        return keys;
    }

    @Override
    public List<String> sources() {
        return List.of("tuning/TuningConf", "main/RequestedMac");
    }
}
