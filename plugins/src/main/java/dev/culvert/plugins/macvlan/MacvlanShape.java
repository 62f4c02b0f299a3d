// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.macvlan;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.link.Announce;
import dev.culvert.host.link.ConfigureContainer;
import dev.culvert.host.link.CreateUpper;
import dev.culvert.net.Mac;
import dev.culvert.plugins.main.LinkConf;
import dev.culvert.plugins.main.PrevResult;
import dev.culvert.plugins.main.Routing;
import dev.culvert.plugins.main.Shape;
import dev.culvert.sys.ConflictException;
import dev.culvert.wire.link.Macvlan;

import java.util.List;
import java.util.Optional;

/**
 * What a further hardware address on a link needs, as a plan.
 *
 * <pre>
 *   host:       eth0 (master)
 *   - - - - - - - | - - - - - -
 *   container:  eth0 (addresses, routes)
 * </pre>
 */
record MacvlanShape(MacvlanConf macvlanConf) implements Shape {
    @Override
    public LinkConf conf() {
        return macvlanConf.link();
    }

    @Override
    public Optional<Mac> mac() {
        return macvlanConf.mac();
    }

    @Override
    public CniResult complete(CniResult given) {
        return given;
    }

    @Override
    public Plan links(Ends ends) {
        return new Plan(List.of(new CreateUpper(
                ends.mark(),
                macvlanConf.master(),
                macvlanConf.macvlan(),
                ends.mtuBytes(),
                ends.mac(),
                macvlanConf.macvlan().mode() == Macvlan.MODE_PASSTHRU)));
    }

    @Override
    public Plan network(Target target) {
        CniResult result = target.result();
        ConfigureContainer configure = new ConfigureContainer(
                target.mark().ifname(),
                Routing.addresses(result),
                true,
                Routing.routes(result),
                false);
        return new Plan(
                configure.addresses().isEmpty()
                        ? List.of(configure)
                        : List.of(configure, new Announce(target.mark().ifname())));
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

    @Override
    public void status(Site site) {
        if (macvlanConf.master().inContainer()) {
            return;
        }
        try {
            macvlanConf.master().find(site);
        } catch (ConflictException e) {
            throw new CniException(CniErrorCode.NOT_AVAILABLE, e.getMessage(), e.cure());
        }
    }
}
