// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.ipvlan;

import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.link.Master;
import dev.culvert.json.Fields;
import dev.culvert.plugins.main.LinkConf;
import dev.culvert.plugins.main.UpperShape;
import dev.culvert.wire.link.Ipvlan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The configuration of the ipvlan plugin, valid once it exists. {@code docs/plugins/ipvlan.md} has
 * the table of keys.
 *
 * @param chained what an earlier plugin of the chain made, in ADD
 */
record IpvlanConf(Master master, Ipvlan ipvlan, LinkConf link, Optional<CniResult> chained) {
    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG with every problem, each with its key
     */
    static IpvlanConf parse(Request request) {
        Fields fields = request.conf().fields();
        List<String> problems = new ArrayList<>();
        Optional<CniResult> chained = chained(request);
        String master = fields.string("master", "");
        if (master.isEmpty() && chained.isPresent()) {
            master = onlyInterface(chained.get(), problems);
        }
        IpvlanConf parsed = new IpvlanConf(
                new Master(master, fields.bool("linkInContainer", false)),
                new Ipvlan(
                        mode(fields.string("mode", ""), problems),
                        flag(fields.string("flag", ""), problems)),
                LinkConf.parse(request.conf(), problems).onMaster(),
                chained);
        if (!problems.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, String.join("; ", problems));
        }
        return parsed;
    }

    /** In CHECK the previous result is our own. */
    private static Optional<CniResult> chained(Request request) {
        return switch (request.verb()) {
            case ADD -> request.conf().prevResult();
            default -> Optional.empty();
        };
    }

    private static String onlyInterface(CniResult previous, List<String> problems) {
        List<CniInterface> named = previous.interfaces().stream()
                .filter(found -> !found.name().isEmpty())
                .toList();
        if (named.size() != 1) {
            problems.add("master: chained master failure: prevResult has " + named.size()
                    + " named interfaces, not one; name a master");
            return "";
        }
        return named.get(0).name();
    }

    private static int mode(String name, List<String> problems) {
        return switch (name) {
            case "", "l2" -> Ipvlan.MODE_L2;
            case "l3" -> Ipvlan.MODE_L3;
            case "l3s" -> Ipvlan.MODE_L3S;
            default -> {
                problems.add("mode: unknown ipvlan mode: \"" + name + "\", none of l2, l3, l3s");
                yield 0;
            }
        };
    }

    private static OptionalInt flag(String name, List<String> problems) {
        return switch (name) {
            case "" -> OptionalInt.empty();
            case "bridge" -> OptionalInt.of(Ipvlan.FLAG_BRIDGE);
            case "private" -> OptionalInt.of(Ipvlan.FLAG_PRIVATE);
            case "vepa" -> OptionalInt.of(Ipvlan.FLAG_VEPA);
            default -> {
                problems.add("flag: \"" + name + "\" is none of bridge, private, vepa");
                yield OptionalInt.empty();
            }
        };
    }

    /** What it asks for; the kernel takes no hardware address for it. */
    UpperShape shape() {
        return new UpperShape(master, ipvlan, link, Optional.empty(), true, false, chained);
    }
}
