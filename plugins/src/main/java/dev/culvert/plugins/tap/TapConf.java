// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tap;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.net.Mac;
import dev.culvert.plugins.main.LinkConf;
import dev.culvert.plugins.main.RequestedMac;
import dev.culvert.plugins.main.RequestedMac.Source;
import dev.culvert.wire.link.Tap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The configuration of the tap plugin, valid once it exists. {@code docs/plugins/tap.md} has the
 * table of keys.
 *
 * @param bridge in the container; "" for none
 * @param selinuxContext "" for this program's
 */
record TapConf(Tap device, String bridge, String selinuxContext, LinkConf link, Optional<Mac> mac) {
    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG with every problem, each with its key
     */
    static TapConf parse(NetConf conf, String cniArgs) {
        Fields fields = conf.fields();
        List<String> problems = new ArrayList<>();
        TapConf parsed = new TapConf(
                new Tap(
                        true,
                        fields.bool("multiQueue", false),
                        id(fields.find("owner"), problems),
                        id(fields.find("group"), problems)),
                fields.string("bridge", ""),
                fields.string("selinuxContext", ""),
                LinkConf.parse(conf, problems),
                RequestedMac.of(conf, cniArgs, Source.RUNTIME, Source.CNI_ARGS, Source.KEY));
        if (!problems.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, String.join("; ", problems));
        }
        return parsed;
    }

    /** The kernel takes the largest number for nobody at all. */
    private static OptionalInt id(Optional<Field> field, List<String> problems) {
        if (field.isEmpty()) {
            return OptionalInt.empty();
        }
        int id = (int) field.get().integer(0, Fields.Range.U32.max());
        if (id == -1) {
            problems.add(field.get().path() + ": 4294967295 is the number of nobody");
        }
        return OptionalInt.of(id);
    }
}
