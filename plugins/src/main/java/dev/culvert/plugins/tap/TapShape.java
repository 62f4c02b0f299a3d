// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tap;

import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.link.ConfigureContainer;
import dev.culvert.host.link.CreateTap;
import dev.culvert.net.Mac;
import dev.culvert.plugins.main.LinkConf;
import dev.culvert.plugins.main.PrevResult;
import dev.culvert.plugins.main.Routing;
import dev.culvert.plugins.main.Shape;

import java.util.List;
import java.util.Optional;

/**
 * What a virtual machine's interface needs, as a plan.
 *
 * <pre>
 *   container:  eth0 (tap; addresses, routes)   or   bridge - eth0
 *                 |
 *               the file that the virtual machine has open
 * </pre>
 */
record TapShape(TapConf tapConf) implements Shape {
    @Override
    public LinkConf conf() {
        return tapConf.link();
    }

    @Override
    public Optional<Mac> mac() {
        return tapConf.mac();
    }

    @Override
    public CniResult complete(CniResult given) {
        return given;
    }

    @Override
    public Plan links(Ends ends) {
        return new Plan(List.of(new CreateTap(
                ends.mark(),
                tapConf.device(),
                ends.mtuBytes(),
                ends.mac(),
                tapConf.bridge(),
                tapConf.selinuxContext())));
    }

    @Override
    public Plan network(Target target) {
        CniResult result = target.result();
        return new Plan(List.of(new ConfigureContainer(
                target.mark().ifname(),
                Routing.addresses(result),
                true,
                Routing.routes(result),
                false)));
    }

    @Override
    public List<CniInterface> interfaces(Site site, Mark mark, String sandbox) {
        return List.of(Shape.described(site.containerLink(mark.ifname()), sandbox));
    }

    @Override
    public Optional<Drift> verify(Site site, Mark mark, PrevResult previous) {
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

    /** The bridge, if one is named, is in a container that is not there yet. */
    @Override
    public void status(Site site) {}
}
