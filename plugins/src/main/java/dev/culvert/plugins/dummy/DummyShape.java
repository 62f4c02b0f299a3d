// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.dummy;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.link.CreateDummy;
import dev.culvert.net.Mac;
import dev.culvert.plugins.main.InsideShape;
import dev.culvert.plugins.main.LinkConf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a dummy link needs, as a plan. {@code docs/plugins/dummy.md} has the table of keys.
 *
 * <pre>
 *   container:  eth0 (addresses, routes)
 * </pre>
 */
record DummyShape(LinkConf conf) implements InsideShape {
    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG with every problem, each with its key
     */
    static DummyShape parse(NetConf conf) {
        List<String> problems = new ArrayList<>();
        if (conf.ipamType().isEmpty()) {
            problems.add("ipam: dummy interface requires an IPAM configuration");
        }
        DummyShape parsed = new DummyShape(LinkConf.parse(conf, problems));
        if (!problems.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, String.join("; ", problems));
        }
        return parsed;
    }

    @Override
    public Optional<Mac> mac() {
        return Optional.empty();
    }

    @Override
    public Step link(Ends ends) {
        return new CreateDummy(ends.mark(), ends.mtuBytes(), ends.mac());
    }

    /** Nobody hears it. */
    @Override
    public boolean announces() {
        return false;
    }

    /** Nothing of this host is needed. */
    @Override
    public void status(Site site) {}
}
