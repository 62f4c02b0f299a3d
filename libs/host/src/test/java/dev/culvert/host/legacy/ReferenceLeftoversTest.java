// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@InNetns(mayLeave = true)
class ReferenceLeftoversTest {
    private static final Libc LIBC = new FfmLibc();

    private final Witness witness = new Witness();
    private final Site site = new Site(LIBC, Optional.empty());

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        site.close();
    }

    private static Mark mark(String id, String ifname) {
        return new Mark("mynet", id, ifname);
    }

    /** The folder of the newest reference plugins, whose masquerade can be nftables. */
    private static Path newReference() {
        String folder = System.getProperty("culvert.reference", "/opt/cni/bin");
        Path bridge = Path.of(folder, "bridge");
        assumeTrue(
                Files.isExecutable(bridge),
                "the newest reference plugins (-Dculvert.reference=DIR; they are built "
                        + "with Go): none in " + folder);
        return Path.of(folder);
    }

    private static Path debianReference() {
        Path folder = Path.of("/usr/lib/cni");
        assumeTrue(
                Files.isExecutable(folder.resolve("bridge")) && Witness.has("iptables-nft"),
                "no containernetworking-plugins and iptables from Debian");
        return folder;
    }

    private void add(Path plugins, TestNetns netns, String id, String ifname, String backend) {
        String conf = """
                {"cniVersion": "1.0.0", "name": "mynet", "type": "bridge", "bridge": "ref0", "isGateway": true,
                 "ipMasq": true, "ipMasqBackend": "%s",
                 "ipam": {"type": "host-local", "dataDir": "%s",
                          "ranges": [[{"subnet": "10.88.0.0/16"}], [{"subnet": "fd88::/64"}]]}}
                """.formatted(backend, folder);
        Witness.Outcome outcome = witness.tryWith(
                conf,
                Map.of(
                        "CNI_COMMAND",
                        "ADD",
                        "CNI_CONTAINERID",
                        id,
                        "CNI_NETNS",
                        netns.path(),
                        "CNI_IFNAME",
                        ifname,
                        "CNI_PATH",
                        plugins.toString()),
                plugins.resolve("bridge").toString());
        assertThat(outcome.code()).as(outcome.text()).isZero();
    }

    private String ruleset() {
        return witness.run("nft", "list", "ruleset");
    }

    /** Debian's iptables calls the nft variant unless an administrator chose otherwise. */
    private void requireIptablesNft() {
        assumeTrue(
                witness.tryRun("iptables", "-V").output().contains("nf_tables"),
                "iptables is iptables-legacy");
    }

    @Test
    void names_areTheReferences() {
        assertThat(ReferenceLeftovers.commentPrefix(new Mark("unit-test", "one", "eth0")))
                .isEqualTo("6fd94d501e58f0aa-287fc69eff0574a2");
        assertThat(ReferenceLeftovers.chainName(new Mark("test", "1234", "eth0")))
                .isEqualTo("CNI-2bbe0c48b91a7d1b8a6753a8");
        assertThat(ReferenceLeftovers.chainName(
                        new Mark("testalongnamethatdoesnotmakesense", "1234", "eth0")))
                .isEqualTo("CNI-374f33fe84ab0ed84dcdebe3");
    }

    @Test
    void nothingThere_costsOneSend() {
        FaultLibc counting = new FaultLibc(LIBC);
        try (Site counted = new Site(counting.libc(), Optional.empty())) {
            ReferenceLeftovers.remove(counted, mark("c1", "eth0"));
        }

        assertThat(counting.count("send")).isEqualTo(1);
        assertThat(ruleset()).isEmpty();
    }

    @Test
    void nftablesRules_goWithTheirAttachmentAlone() {
        Path plugins = newReference();
        try (TestNetns netns = TestNetns.create("ref")) {
            add(plugins, netns, "c1", "eth0", "nftables");
            String before = ruleset();
            add(plugins, netns, "c1", "eth1", "nftables");
            assertThat(ruleset()).isNotEqualTo(before);

            ReferenceLeftovers.remove(site, mark("c1", "eth1"));

            assertThat(ruleset()).isEqualTo(before);
            ReferenceLeftovers.remove(site, mark("c1", "eth0"));
            assertThat(ruleset()).doesNotContain("10.88.", "fd88:");
        }
    }

    @Test
    void nftablesRules_ofStaleAttachmentsAreCollected() {
        Path plugins = newReference();
        try (TestNetns netns = TestNetns.create("ref")) {
            add(plugins, netns, "stay", "eth0", "nftables");
            String before = ruleset();
            add(plugins, netns, "go", "eth1", "nftables");

            ReferenceLeftovers.gc(site, "othernet", List.of());
            assertThat(ruleset()).isNotEqualTo(before);
            ReferenceLeftovers.gc(site, "mynet", List.of(mark("stay", "eth0")));

            assertThat(ruleset()).isEqualTo(before);
        }
    }

    @Test
    void iptablesChains_goWithTheirContainer() {
        Path plugins = debianReference();
        requireIptablesNft();
        try (TestNetns netns = TestNetns.create("ref")) {
            add(plugins, netns, "c1", "eth0", "");
            String before = ruleset();
            add(plugins, netns, "c2", "eth1", "");
            assertThat(ruleset()).contains(ReferenceLeftovers.chainName(mark("c2", "eth1")));

            ReferenceLeftovers.remove(site, mark("c2", "eth1"));
            ReferenceLeftovers.remove(site, mark("c2", "eth1"));

            assertThat(ruleset()).isEqualTo(before);
        }
    }

    @Test
    void iptablesChains_ofStaleAttachmentsAreCollected() {
        Path plugins = debianReference();
        requireIptablesNft();
        try (TestNetns netns = TestNetns.create("ref")) {
            add(plugins, netns, "stay", "eth0", "");
            String before = ruleset();
            add(plugins, netns, "go", "eth1", "");

            ReferenceLeftovers.gc(site, "othernet", List.of());
            assertThat(ruleset()).isNotEqualTo(before);
            ReferenceLeftovers.gc(site, "mynet", List.of(mark("stay", "eth0")));

            assertThat(ruleset()).isEqualTo(before);
        }
    }

    @Test
    void handMadeChain_isRemovedWithEveryJump() {
        String chain = ReferenceLeftovers.chainName(mark("c1", "eth0"));
        witness.runWith("""
                table ip nat {
                  chain %1$s { ip daddr 10.1.0.0/16 accept; masquerade; }
                  chain POSTROUTING { type nat hook postrouting priority 100
                    ip saddr 10.1.0.2 counter jump %1$s
                    ip saddr 10.9.0.0/16 accept
                    ip saddr 10.1.0.0/24 jump %1$s
                  }
                }
                """.formatted(chain), "nft", "-f", "-");

        ReferenceLeftovers.remove(site, mark("c1", "eth0"));

        assertThat(ruleset()).contains("10.9.0.0/16 accept").doesNotContain("CNI-", "10.1.0");
    }

    /** As bridge makes them with macspoofchk. */
    @Test
    void checkOfHardwareAddresses_goesWithItsAttachmentAlone() {
        StringBuilder layout = new StringBuilder("""
                table bridge nat {
                  chain PREROUTING { type filter hook prerouting priority -300; }
                }
                """);
        for (String id : List.of("c1-eth0", "c1-eth1", "c11-eth0")) {
            layout.append("""
                    table bridge nat {
                      chain cni-br-iface-%1$s-mac { ether saddr 02:00:00:00:00:01 return comment "macspoofchk-%1$s"; }
                      chain cni-br-iface-%1$s {
                        jump cni-br-iface-%1$s-mac comment "macspoofchk-%1$s"
                        drop comment "macspoofchk-%1$s"
                      }
                      chain PREROUTING { iifname "veth-%1$s" jump cni-br-iface-%1$s comment "macspoofchk-%1$s"; }
                    }
                    """.formatted(id));
        }
        witness.runWith(layout.toString(), "nft", "-f", "-");

        ReferenceLeftovers.remove(site, mark("c1", "eth0"));
        ReferenceLeftovers.remove(site, mark("c".repeat(4096), "eth0"));

        assertThat(ruleset())
                .contains("jump cni-br-iface-c1-eth1 ", "cni-br-iface-c1-eth1-mac", "veth-c11-eth0")
                .doesNotContain("-c1-eth0");
        assertThat(ruleset().lines().filter(line -> line.contains("jump"))).hasSize(4);
    }

    /** A DEL that was killed between the two. */
    @Test
    void secondChainOfACheckAlone_isRemoved() {
        witness.runWith(
                "table bridge nat { chain cni-br-iface-c1-eth0-mac { return; }; }",
                "nft",
                "-f",
                "-");

        ReferenceLeftovers.remove(site, mark("c1", "eth0"));

        assertThat(ruleset()).doesNotContain("cni-br-iface");
    }

    @Test
    void chainThatOthersUse_isReported() {
        String chain = ReferenceLeftovers.chainName(mark("c1", "eth0"));
        witness.runWith("""
                table ip nat {
                  chain %1$s { masquerade; }
                  chain elsewhere { jump %1$s; }
                }
                """.formatted(chain), "nft", "-f", "-");
        String before = ruleset();

        assertThatThrownBy(() -> ReferenceLeftovers.remove(site, mark("c1", "eth0")))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("nft delete chain ip nat " + chain + ": EBUSY");
        assertThat(ruleset()).isEqualTo(before);
    }
}
