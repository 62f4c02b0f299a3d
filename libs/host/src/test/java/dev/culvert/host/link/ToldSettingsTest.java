// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.os.Sysctl;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;
import dev.culvert.wire.link.Ipv6Conf;
import dev.culvert.wire.link.Link;

import org.junit.jupiter.api.Test;

import java.util.Optional;

/** Settings that netlink tells or takes, against what /proc/sys shows. */
@InNetns(mayLeave = true)
final class ToldSettingsTest {
    private final FaultLibc calls = new FaultLibc(new FfmLibc());
    private final Site site = new Site(calls.libc(), Optional.empty());
    private final Sysctl sysctl = new Sysctl(new FfmLibc());
    private final Witness host = new Witness();

    private Link link() {
        return new Links(site.hostRoute()).find(Link.named("br0")).orElseThrow();
    }

    @Test
    void ipv6SettingsOfALink_areThoseOfProc() {
        host.run("ip", "link", "add", "br0", "type", "bridge");
        sysctl.ensure("net/ipv6/conf/br0/forwarding", "1");
        sysctl.ensure("net/ipv6/conf/br0/accept_ra", "2");
        sysctl.ensure("net/ipv6/conf/br0/accept_dad", "0");
        sysctl.ensure("net/ipv6/conf/br0/disable_ipv6", "1");

        assertThat(link().ipv6()).contains(new Ipv6Conf(1, 2, 0, 1));

        sysctl.ensure("net/ipv6/conf/br0/forwarding", "0");
        sysctl.ensure("net/ipv6/conf/br0/accept_ra", "0");
        sysctl.ensure("net/ipv6/conf/br0/accept_dad", "1");
        sysctl.ensure("net/ipv6/conf/br0/disable_ipv6", "0");

        assertThat(link().ipv6()).contains(new Ipv6Conf(0, 0, 1, 0));
    }

    @Test
    void forwarding_isReadWithoutProcAndWrittenWhereItIsOff() {
        for (boolean ipv4 : new boolean[] {true, false}) {
            String key = ipv4 ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding";
            Forwarding forwarding = new Forwarding(ipv4);
            sysctl.ensure(key, "0");

            assertThat(forwarding.verify(site))
                    .as(key)
                    .hasValueSatisfying(
                            drift -> assertThat(drift.toString()).contains(key, "1", "0"));
            forwarding.apply(site, new Undo());

            assertThat(sysctl.find(key)).as(key).contains("1");
            int before = calls.calls().size();
            forwarding.apply(site, new Undo());
            assertThat(forwarding.verify(site)).as(key).isEmpty();
            assertThat(calls.calls().subList(before, calls.calls().size()))
                    .as(key)
                    .noneMatch(call -> call.name().equals("open"));
        }
    }

    @Test
    void arpNotify_isSetByNetlink() {
        host.run("ip", "link", "add", "br0", "type", "bridge");
        sysctl.ensure("net/ipv4/conf/br0/arp_notify", "0");
        Batch batch = site.hostRoute().batch();

        Links.announceAddresses(batch, link().index());
        site.hostRoute().exchange(batch);

        assertThat(sysctl.find("net/ipv4/conf/br0/arp_notify")).contains("1");
    }
}
