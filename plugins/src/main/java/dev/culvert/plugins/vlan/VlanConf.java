// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.vlan;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.host.link.Master;
import dev.culvert.json.Fields;
import dev.culvert.plugins.main.LinkConf;
import dev.culvert.plugins.main.UpperShape;
import dev.culvert.wire.link.Vlan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of the vlan plugin, valid once it exists. {@code docs/plugins/vlan.md} has the
 * table of keys.
 */
record VlanConf(Master master, Vlan vlan, LinkConf link) {
    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG with every problem, each with its key
     */
    static VlanConf parse(NetConf conf) {
        Fields fields = conf.fields();
        List<String> problems = new ArrayList<>();
        String master = fields.string("master", "");
        if (master.isEmpty()) {
            problems.add("master: missing; it names the link whose VLAN is wanted");
        }
        long id =
                fields.integer("vlanId", 0, new Fields.Range(Integer.MIN_VALUE, Integer.MAX_VALUE));
        if (id < 0 || id > Vlan.ID_MAX) {
            problems.add("vlanId: invalid VLAN ID " + id + ", must be between 0 and 4094");
        }
        VlanConf parsed = new VlanConf(
                new Master(master, fields.bool("linkInContainer", false)),
                new Vlan((int) id, protocol(fields.string("vlanProtocol", ""), problems)),
                LinkConf.parse(conf, problems).onMaster());
        if (!problems.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, String.join("; ", problems));
        }
        return parsed;
    }

    private static int protocol(String name, List<String> problems) {
        return switch (name) {
            case "", "802.1Q" -> Vlan.TAG_8021Q;
            case "802.1ad" -> Vlan.TAG_8021AD;
            default -> {
                problems.add("vlanProtocol: \"" + name + "\" is none of 802.1Q, 802.1ad");
                yield 0;
            }
        };
    }

    /** What it asks for. */
    UpperShape shape() {
        return new UpperShape(master, vlan, link, Optional.empty(), true, true, Optional.empty());
    }
}
