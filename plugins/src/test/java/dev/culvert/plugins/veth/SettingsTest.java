// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;

/**
 * Kernel settings: those that ADD makes, and hosts where they are missing, wrong or not to be
 * changed.
 */
@InNetns(mayLeave = true, mounts = true)
final class SettingsTest {
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    private static final String[] DUAL_STACK = {"10.1.0.2/24", "fd00:1::2/64"};

    private final TestNetwork web =
            TestNetwork.bridge("web").with("bridge", "\"br0\"").with("isGateway", "true");
    private final Ip host = Ip.host();
    private Pod pod;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
    }

    @AfterEach
    void close() {
        pod.close();
    }

    private static void makeReadOnly(String folder) {
        new Witness().run("mount", "--bind", folder, folder);
        new Witness().run("mount", "-o", "remount,bind,ro", folder);
    }

    @Test
    void routerAdvertisements_areNotTakenOnTheHost() {
        host.sysctl("net/ipv6/conf/default/accept_ra", "2");

        web.withIps(DUAL_STACK).add(pod);

        assertThat(host.sysctl("net/ipv6/conf/br0/accept_ra")).isEqualTo("0");
        assertThat(host.sysctl("net/ipv6/conf/" + web.hostLink(pod) + "/accept_ra"))
                .isEqualTo("0");
    }

    /** CVE-2020-10749 again: a container's advertisement would give this host a default route. */
    @ParameterizedTest
    @EnumSource
    void advertisementsThatCannotBeSwitchedOff_failTheAdd(Kind kind) {
        host.sysctl("net/ipv6/conf/default/accept_ra", "1");
        TestNetwork network = kind.network("net");
        String link = kind.name().startsWith("BRIDGE") ? "br0" : network.hostLink(pod);
        makeReadOnly("/proc/sys");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(5);
        assertThat(refusal.msg())
                .isEqualTo("set sysctl net/ipv6/conf/" + link
                        + "/accept_ra to 0, found 1: EROFS (Read-only file system)");
        assertThat(host.links()).doesNotContain(network.hostLink(pod));
        assertThat(pod.ip().links()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void portWhoseAdvertisementsCannotBeSwitchedOff_failsTheAdd() {
        host.batch("link add br0 type bridge\n");
        host.sysctl("net/ipv6/conf/br0/accept_ra", "0");
        host.sysctl("net/ipv6/conf/default/accept_ra", "2");
        makeReadOnly("/proc/sys");

        Refusal refusal = web.refused("ADD", pod);

        assertThat(refusal.msg())
                .startsWith("set sysctl net/ipv6/conf/" + web.hostLink(pod)
                        + "/accept_ra to 0, found 2: EROFS");
        assertThat(host.links()).containsExactly("br0");
    }

    @Test
    void linksWithoutIpv6_needNotRefuseAdvertisements() {
        host.sysctl("net/ipv6/conf/default/accept_ra", "1");
        host.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
        host.sysctl("net/ipv4/ip_forward", "1");
        makeReadOnly("/proc/sys");

        web.withIps("10.1.0.2/24").add(pod);

        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
    }

    /** Each look takes longer, the more namespaces the host has. */
    @Test
    void laterAttachment_looksIntoProcForItsOwnLinkAlone() {
        try (Pod first = Pod.open("b")) {
            web.withIps("10.1.0.3/24").add(first);
        }
        FaultLibc second = new FaultLibc(new FfmLibc());

        web.over(second.libc()).withIps("10.1.0.2/24").add(pod);

        assertThat(second.calls())
                .filteredOn(call -> call.arguments().contains("/proc/sys/net/"))
                .extracting(FaultLibc.Call::arguments)
                .allSatisfy(arguments ->
                        assertThat(arguments).contains(web.hostLink(pod) + "/accept_ra"))
                .hasSize(1);
        assertThat(pod.ip().sysctl("net/ipv4/conf/eth0/arp_notify")).isEqualTo("1");
    }

    /** CVE-2020-10749: a link that is up before the setting may have heard one already. */
    @Test
    void routerAdvertisements_areSwitchedOffBeforeTheLinkIsUp() {
        for (String link : new String[] {"br0", web.hostLink(pod)}) {
            FaultLibc undisturbed = new FaultLibc(new FfmLibc());
            web.over(undisturbed.libc()).add(pod);
            int switchOff = undisturbed.calls().stream()
                    .filter(call -> call.arguments().contains(link + "/accept_ra"))
                    .findFirst()
                    .orElseThrow()
                    .number();
            web.del(pod);
            host.run("link del br0");
            FaultLibc killed = new FaultLibc(new FfmLibc()).killAt(switchOff);

            Assertions.catchThrowableOfType(
                    FaultLibc.Killed.class, () -> web.over(killed.libc()).call("ADD", pod));

            assertThat(host.link(link).has("UP")).as(link).isFalse();
            web.del(pod);
        }
    }

    @Test
    void ipv6Gateway_answersAtOnce() throws Exception {
        try (var echo = pod.netns().openTcpEcho(7007)) {
            assertThat(echo.peers()).isEmpty();
        }
        web.withIps(DUAL_STACK).add(pod);

        long start = System.nanoTime();
        assertThat(pod.netns().ping("fd00:1::1")).isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
        assertThat(pod.ip().run("addr show dev eth0")).contains("fd00:1::2/64 scope global nodad");
        assertThat(host.run("addr show dev br0")).contains("fd00:1::1/64 scope global nodad");
    }

    @Test
    void duplicateAddressDetection_isWaitedForWhenAsked() {
        pod.ip().sysctl("net/ipv6/conf/default/accept_dad", "0");
        pod.ip().sysctl("net/ipv6/conf/default/enhanced_dad", "0");

        FaultLibc traced = new FaultLibc(new FfmLibc());

        web.over(traced.libc()).with("enabledad", "true").withIps(DUAL_STACK).add(pod);

        assertThat(traced.calls())
                .as("an announcement ends the wait")
                .anyMatch(call -> call.name().equals("poll")
                        && call.arguments().endsWith(", 100")
                        && (int) call.answer() > 0);
        assertThat(pod.ip().run("addr show dev eth0"))
                .contains("fd00:1::2/64")
                .doesNotContain("tentative", "nodad");
        assertThat(pod.ip().sysctl("net/ipv6/conf/eth0/accept_dad")).isEqualTo("1");
        assertThat(pod.ip().sysctl("net/ipv6/conf/eth0/enhanced_dad")).isEqualTo("1");
        assertThat(host.run("addr show dev br0"))
                .contains("fd00:1::1/64")
                .doesNotContain("fd00:1::1/64 scope global nodad");
        assertThat(host.sysctl("net/ipv6/conf/br0/accept_dad")).isEqualTo("1");
    }

    @Test
    void duplicateAddressDetection_isOffUnlessAskedFor() {
        pod.ip().sysctl("net/ipv6/conf/default/accept_dad", "1");
        pod.ip().sysctl("net/ipv6/conf/default/enhanced_dad", "0");

        web.withIps(DUAL_STACK).add(pod);

        assertThat(pod.ip().sysctl("net/ipv6/conf/eth0/accept_dad")).isEqualTo("0");
        assertThat(pod.ip().sysctl("net/ipv6/conf/eth0/enhanced_dad")).isEqualTo("0");
    }

    @ParameterizedTest
    @EnumSource
    void neighboursOfAContainer_areToldOfItsIpv6Address(Kind kind) {
        pod.ip().sysctl("net/ipv6/conf/default/ndisc_notify", "0");

        kind.network("net").add(pod);

        assertThat(pod.ip().sysctl("net/ipv6/conf/eth0/ndisc_notify")).isEqualTo("1");
    }

    @Test
    void duplicateAddress_isFoundWhenAskedFor() {
        try (Pod other = Pod.open("b")) {
            web.withIps("fd00:1::2/64").add(other);

            Refusal refusal =
                    web.with("enabledad", "true").withIps("fd00:1::2/64").refused("ADD", pod);

            assertThat(refusal.code()).isEqualTo(108);
            assertThat(refusal.msg()).contains("fd00:1::2", "in use");
            assertThat(pod.ip().links()).isEmpty();
        }
    }

    @Test
    void addresses_surviveALinkThatGoesDownAndUp() {
        web.withIps(DUAL_STACK).add(pod);

        pod.ip().batch("link set eth0 down\nlink set eth0 up\n");

        assertThat(pod.ip().addresses("eth0")).containsExactly(DUAL_STACK);
    }

    @Test
    void switchedOffIpv6_isSwitchedOnForTheLinksThatNeedIt() {
        for (Ip place : new Ip[] {host, pod.ip()}) {
            place.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
            place.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
        }

        web.withIps(DUAL_STACK).add(pod);

        assertThat(pod.netns().ping("fd00:1::1")).isTrue();
        assertThat(pod.ip().sysctl("net/ipv6/conf/lo/disable_ipv6")).isEqualTo("0");
        assertThat(host.sysctl("net/ipv6/conf/lo/disable_ipv6")).isEqualTo("1");
    }

    @Test
    void switchedOffIpv6_staysOffForIpv4Alone() {
        host.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
        pod.ip().sysctl("net/ipv6/conf/default/disable_ipv6", "1");

        web.withIps("10.1.0.2/24").add(pod);

        assertThat(pod.ip().sysctl("net/ipv6/conf/eth0/disable_ipv6")).isEqualTo("1");
        assertThat(host.sysctl("net/ipv6/conf/br0/disable_ipv6")).isEqualTo("1");
    }

    @Test
    void ipv6RouteWhereIpv6IsOff_isRefusedInThoseWords() {
        pod.ip().sysctl("net/ipv6/conf/default/disable_ipv6", "1");
        TestNetwork network = web.withIps("10.1.0.2/24").withRoutes("{\"dst\":\"::/0\"}");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(101);
        assertThat(refusal.msg())
                .isEqualTo("link eth0 in " + pod.path()
                        + " has IPv6 switched off, the config asks for the IPv6 route default");
        assertThat(refusal.details())
                .contains("IPv6 address", "disable_ipv6")
                .doesNotContain("root");
        assertThat(network.ipam().leases()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"BRIDGE", "PTP"})
    void ipv6ThatCannotBeSwitchedOnOnTheHost_isNamed(Kind kind) {
        host.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
        host.sysctl("net/ipv4/ip_forward", "1");
        host.sysctl("net/ipv6/conf/all/forwarding", "1");
        makeReadOnly("/proc/sys");

        Refusal refusal = kind.network("net").refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(5);
        assertThat(refusal.msg())
                .startsWith("set sysctl net/ipv6/conf/")
                .endsWith("/disable_ipv6 to 0, found 1: EROFS (Read-only file system)");
    }

    /** A link that forwards already takes none: it must not begin to. */
    @ParameterizedTest
    @EnumSource
    void linksThatTakeAdvertisements_goOnToDoSo(Kind kind) {
        host.batch(
                "link add up0 type bridge\nlink add up1 type bridge\nlink add up2 type bridge\n");
        host.sysctl("net/ipv6/conf/up0/accept_ra", "1");
        host.sysctl("net/ipv6/conf/up1/accept_ra", "0");
        host.sysctl("net/ipv6/conf/up2/accept_ra", "1");
        host.sysctl("net/ipv6/conf/up2/forwarding", "1");

        kind.network("net").add(pod);

        assertThat(host.sysctl("net/ipv6/conf/all/forwarding")).isEqualTo("1");
        assertThat(host.sysctl("net/ipv6/conf/up0/accept_ra")).isEqualTo("2");
        assertThat(host.sysctl("net/ipv6/conf/up1/accept_ra")).isEqualTo("0");
        assertThat(host.sysctl("net/ipv6/conf/up2/accept_ra")).isEqualTo("1");
        host.batch("link del up0\nlink del up1\nlink del up2\n");
    }

    @Test
    void linksOfAHostThatForwardsAlready_areLeftAlone() {
        host.run("link add up0 type bridge");
        host.sysctl("net/ipv6/conf/all/forwarding", "1");
        host.sysctl("net/ipv6/conf/up0/accept_ra", "1");

        web.withIps(DUAL_STACK).add(pod);

        assertThat(host.sysctl("net/ipv6/conf/up0/accept_ra")).isEqualTo("1");
    }

    @Test
    void readOnlySettingsThatAreRight_doNoHarm() {
        host.sysctl("net/ipv6/conf/default/accept_ra", "0");
        host.sysctl("net/ipv4/ip_forward", "1");
        host.sysctl("net/ipv6/conf/all/forwarding", "1");
        makeReadOnly("/proc/sys");

        web.withIps(DUAL_STACK).add(pod);

        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
        assertThat(pod.netns().ping("fd00:1::1")).isTrue();
    }

    @Test
    void forwardingThatPtpMayNotSwitchOn_isNamedAndNothingIsLeft() {
        host.sysctl("net/ipv6/conf/default/accept_ra", "0");
        host.sysctl("net/ipv4/ip_forward", "1");
        host.sysctl("net/ipv6/conf/all/forwarding", "0");
        makeReadOnly("/proc/sys");
        TestNetwork network = Kind.PTP.network("net");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(5);
        assertThat(refusal.msg())
                .isEqualTo(
                        "set sysctl net/ipv6/conf/all/forwarding to 1, found 0: EROFS (Read-only file system)");
        assertThat(host.links()).isEmpty();
        assertThat(pod.ip().links()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void readOnlySettingThatIsWrong_isNamedWithWantedAndFound() {
        host.sysctl("net/ipv6/conf/default/accept_ra", "0");
        host.sysctl("net/ipv4/ip_forward", "0");
        makeReadOnly("/proc/sys");
        TestNetwork network = web.withIps("10.1.0.2/24");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(5);
        assertThat(refusal.msg())
                .isEqualTo(
                        "set sysctl net/ipv4/ip_forward to 1, found 0: EROFS (Read-only file system)");
        assertThat(host.links()).as("the bridge is shared").containsExactly("br0");
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void kernelWithoutIpv6_servesIpv4() {
        new Witness().run("mount", "-t", "tmpfs", "none", "/proc/sys/net/ipv6");

        web.withIps("10.1.0.2/24").add(pod);

        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
    }

    @Test
    void kernelWithoutIpv6_isNamedWhenAnIpv6AddressIsWanted() {
        new Witness().run("mount", "-t", "tmpfs", "none", "/proc/sys/net/ipv6");
        TestNetwork network = web.withIps(DUAL_STACK);

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(103);
        assertThat(refusal.msg()).contains("net/ipv6/conf/all/forwarding", "IPv6");
        assertThat(host.links()).as("the bridge is shared").containsExactly("br0");
        assertThat(network.ipam().leases()).isEmpty();
    }
}
