// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/** The ptp plugin, with masquerading. */
final class PtpUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "ptp";
    }

    @Override
    public Sort sort() {
        return Sort.INTERFACE;
    }

    @Override
    public String conf(Stage stage) {
        return ",\"ipMasq\":true" + stage.ipam();
    }

    @Override
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>(Keys.veth());
        keys.addAll(Keys.keys(Kind.STRING, "gatewayStyle"));
        return keys;
    }

    @Override
    public List<String> sources() {
        return List.of("ptp/PtpConf", "veth/VethConf", "main/LinkConf");
    }
}
