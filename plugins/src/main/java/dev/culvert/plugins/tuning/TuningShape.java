// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Plan;
import dev.culvert.host.Step;
import dev.culvert.plugins.main.ChainedShape;

import java.util.ArrayList;
import java.util.List;

/** Settings first: they are the container's, and cannot fail for reasons of the link. */
record TuningShape(TuningConf conf, Backup backup) implements ChainedShape {
    @Override
    public Plan plan() {
        List<Step> steps = new ArrayList<>();
        if (!conf.sysctls().isEmpty()) {
            steps.add(SetSysctls.of(conf.sysctls(), backup.ifname()));
        }
        if (!conf.attributes().isEmpty()) {
            steps.add(new TuneLink(backup, conf.attributes()));
        }
        return new Plan(steps);
    }

    /** What the plugins after this one and CHECK of those before go by. */
    @Override
    public CniResult complete(CniResult previous, String sandbox) {
        List<CniInterface> interfaces = new ArrayList<>();
        for (CniInterface link : previous.interfaces()) {
            boolean tuned =
                    link.name().equals(backup.ifname()) && link.sandbox().equals(sandbox);
            interfaces.add(tuned ? tuned(link) : link);
        }
        return previous.withInterfaces(interfaces);
    }

    private CniInterface tuned(CniInterface link) {
        Attributes attributes = conf.attributes();
        CniInterface changed =
                attributes.mac().map(mac -> link.withMac(mac.toString())).orElse(link);
        return attributes.mtuBytes() == 0 ? changed : changed.withMtuBytes(attributes.mtuBytes());
    }
}
