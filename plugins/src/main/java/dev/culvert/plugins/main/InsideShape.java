// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.link.Announce;
import dev.culvert.host.link.ConfigureContainer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An interface that is in the container alone: all is said by the step that makes it. */
public interface InsideShape extends Shape {
    /** The step that makes the link. */
    Step link(Ends ends);

    /** Whether neighbours are to hear of the addresses. */
    boolean announces();

    @Override
    default CniResult complete(CniResult given) {
        return given;
    }

    @Override
    default Plan links(Ends ends) {
        return new Plan(List.of(link(ends)));
    }

    @Override
    default Plan network(Target target) {
        CniResult result = target.result();
        String ifname = target.mark().ifname();
        List<Step> steps = new ArrayList<>();
        steps.add(new ConfigureContainer(
                ifname, Routing.addresses(result), true, Routing.routes(result), false));
        if (announces() && !result.ips().isEmpty()) {
            steps.add(new Announce(ifname));
        }
        return new Plan(steps);
    }

    @Override
    default List<CniInterface> interfaces(Site site, Mark mark, String sandbox) {
        return List.of(Shape.described(site.containerLink(mark.ifname()), sandbox));
    }

    @Override
    default Optional<Drift> verify(Site site, Mark mark, PrevResult previous) {
        return links(new Ends(mark, 0, previous.mac()))
                .verify(site)
                .or(() -> network(new Target(
                                mark, previous.result(), Routing.addresses(previous.result())))
                        .verify(site))
                .or(() -> previous.verify(
                        site.containerLink(mark.ifname()),
                        previous.container().sandbox(),
                        conf().mtuBytes()));
    }
}
