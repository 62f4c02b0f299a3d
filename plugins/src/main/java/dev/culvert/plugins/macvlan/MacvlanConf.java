// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.macvlan;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.host.link.Master;
import dev.culvert.json.Fields;
import dev.culvert.net.Mac;
import dev.culvert.plugins.main.LinkConf;
import dev.culvert.plugins.main.RequestedMac;
import dev.culvert.plugins.main.RequestedMac.Source;
import dev.culvert.plugins.main.UpperShape;
import dev.culvert.wire.link.Macvlan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The configuration of the macvlan plugin, valid once it exists. {@code docs/plugins/macvlan.md}
 * has the table of keys.
 */
record MacvlanConf(Master master, Macvlan macvlan, LinkConf link, Optional<Mac> mac) {
    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG with every problem, each with its key
     */
    static MacvlanConf parse(NetConf conf, String cniArgs) {
        Fields fields = conf.fields();
        List<String> problems = new ArrayList<>();
        int queue = (int) fields.integer("bcqueuelen", 0, Fields.Range.U32);
        MacvlanConf parsed = new MacvlanConf(
                new Master(fields.string("master", ""), fields.bool("linkInContainer", false)),
                new Macvlan(
                        mode(fields.string("mode", ""), problems),
                        queue == 0 ? OptionalInt.empty() : OptionalInt.of(queue)),
                LinkConf.parse(conf, problems).onMaster(),
                RequestedMac.of(conf, cniArgs, Source.RUNTIME, Source.CNI_ARGS, Source.KEY));
        if (!problems.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, String.join("; ", problems));
        }
        return parsed;
    }

    /** What it asks for. */
    UpperShape shape() {
        return new UpperShape(
                master,
                macvlan,
                link,
                mac,
                macvlan.mode() == Macvlan.MODE_PASSTHRU,
                true,
                Optional.empty());
    }

    private static int mode(String name, List<String> problems) {
        return switch (name) {
            case "", "bridge" -> Macvlan.MODE_BRIDGE;
            case "private" -> Macvlan.MODE_PRIVATE;
            case "vepa" -> Macvlan.MODE_VEPA;
            case "passthru" -> Macvlan.MODE_PASSTHRU;
            default -> {
                problems.add("mode: \"" + name + "\" is none of bridge, private, vepa, passthru");
                yield 0;
            }
        };
    }
}
