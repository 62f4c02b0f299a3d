// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.spec.NetConf;
import dev.culvert.json.Fields;
import dev.culvert.plugins.main.LinkConf;

import java.util.List;

/** The keys that bridge and ptp share. */
public record VethConf(boolean ipMasq, LinkConf link) {
    /** Reads the keys; what is well-formed but impossible is added to the problems. */
    public static VethConf parse(NetConf conf, List<String> problems) {
        Fields fields = conf.fields();
        String backend = fields.string("ipMasqBackend", "");
        switch (backend) {
            case "", "nftables" -> {}
            case "iptables" ->
                problems.add(
                        "ipMasqBackend: \"iptables\" is not supported; leave the key out or use"
                                + " \"nftables\"");
            default -> problems.add("ipMasqBackend: unknown ipmasq backend \"" + backend + "\"");
        }
        return new VethConf(fields.bool("ipMasq", false), LinkConf.parse(conf, problems));
    }
}
