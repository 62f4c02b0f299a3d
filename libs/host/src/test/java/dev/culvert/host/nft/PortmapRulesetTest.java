// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** The rules as nft lists them, and that our own words for them are nft's. */
@InNetns(mayLeave = true)
class PortmapRulesetTest {
    private final Witness witness = new Witness();

    private static ForwardPorts ports() {
        return new ForwardPorts(
                new Mark("blue", "one", "eth0"),
                List.of(IfAddr.parse("10.1.0.2/24"), IfAddr.parse("fd00:1::2/64")),
                List.of(
                        new PortMapping(
                                IpAddr.parse("0.0.0.0"),
                                PortMapping.TCP,
                                8080,
                                IpAddr.parse("10.1.0.2"),
                                80),
                        new PortMapping(
                                IpAddr.parse("2001:db8::1"),
                                PortMapping.UDP,
                                53,
                                IpAddr.parse("fd00:1::2"),
                                5353)),
                MappedSources.OWN);
    }

    private String chain(String name) {
        String listed = witness.run("nft", "list", "chain", "inet", "culvert_portmap", name);
        return listed.substring(listed.indexOf("chain")).replaceAll("\\s+", " ");
    }

    @Test
    void chains_areWhatNftReads() {
        try (Site site = new Site(new FfmLibc(), Optional.empty());
                Undo undo = new Undo()) {
            ports().apply(site, undo);

            assertThat(chain("translate"))
                    .contains("ip6 daddr ::1 return"
                            + " dnat ip to ip daddr . meta l4proto . th dport map @hostports4"
                            + " meta nfproto ipv4 dnat ip to meta l4proto . th dport map @ports4"
                            + " dnat ip6 to ip6 daddr . meta l4proto . th dport map @hostports6"
                            + " meta nfproto ipv6 dnat ip6 to meta l4proto . th dport map @ports6");
            assertThat(chain("prerouting"))
                    .contains("type nat hook prerouting priority dstnat; policy accept;"
                            + " fib daddr type local jump translate");
            assertThat(chain("output"))
                    .contains("type nat hook output priority -100; policy accept;"
                            + " fib daddr type local jump translate");
            assertThat(chain("guard"))
                    .contains("type filter hook prerouting priority raw; policy accept;"
                            + " iifname != \"lo\" ip daddr 127.0.0.0/8 drop");
            assertThat(chain("postrouting4-24"))
                    .contains(
                            "type nat hook postrouting priority srcnat; policy accept; ct status dnat"
                                    + " ip saddr & 255.255.255.0 . ip daddr @sources4-24 masquerade");
            assertThat(chain("postrouting6-64"))
                    .contains("ct status dnat ip6 saddr & ffff:ffff:ffff:ffff:: . ip6 daddr"
                            + " @sources6-64 masquerade");
        }
    }

    @Test
    void description_isWhatNftTakes_andLooksTheSame() {
        ForwardPorts ports = ports();
        String script = ports.describe().stream()
                .map(line -> line.substring("nft ".length()))
                .reduce("", (all, line) -> all + line + "\n");
        witness.runWith(script, "nft", "-f", "-");
        String byNft = witness.run("nft", "list", "ruleset");

        try (Site site = new Site(new FfmLibc(), Optional.empty())) {
            assertThat(ports.verify(site)).isEmpty();
            witness.run("nft", "flush", "ruleset");
            Undo undo = new Undo();
            ports.apply(site, undo);
            undo.commit();
        }

        assertThat(sorted(witness.run("nft", "list", "ruleset"))).isEqualTo(sorted(byNft));
    }

    private static List<String> sorted(String ruleset) {
        return ruleset.lines().map(String::strip).sorted().toList();
    }
}
