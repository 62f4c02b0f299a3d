// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.host.Mark;
import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.DetachingLibc;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** DEL removes the attachment and nothing else, whatever is gone already. */
@InNetns(mayLeave = true)
final class DelTest {
    private static final Libc LIBC = new FfmLibc();
    private static final String MAC = "02:11:22:33:44:55";

    @TempDir
    private Path folder;

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

    private List<String> veths() {
        return host.links().stream().filter(name -> name.startsWith("veth")).toList();
    }

    private void assertNothingLeft(TestNetwork network) {
        assertThat(veths()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
        assertThat(host.routes())
                .noneMatch(route -> route.contains("10.1.0.2") || route.contains("fd00:1::2"));
    }

    private static void succeed(Answer answer) {
        assertThat(answer.output()).isEmpty();
        assertThat(answer.code()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void attachment_isRemovedWithItsLease(Kind kind) {
        TestNetwork network = kind.network("net");
        Attached attached = network.add(pod);

        network.withResult(attached).del(pod);

        assertNothingLeft(network);
        assertThat(pod.ip().links()).isEmpty();
        network.withResult(attached).del(pod);
    }

    @ParameterizedTest
    @EnumSource
    void announcedDeletion_isCompleteWhenDelReturns(Kind kind) {
        DetachingLibc detaching = new DetachingLibc(LIBC);
        TestNetwork network = kind.network("net")
                .over(detaching.libc())
                .withVariable("CULVERT_DELETE", "announced");
        for (int i = 0; i < 5; i++) {
            network.add(pod);

            network.del(pod);

            assertNothingLeft(network);
            assertThat(pod.ip().links()).isEmpty();
        }
        assertThat(detaching.sent()).isEqualTo(5);
    }

    @Test
    void announcedDeletionWithoutFork_isAcknowledged() {
        TestNetwork network = Kind.PTP.network("net").withVariable("CULVERT_DELETE", "announced");
        network.add(pod);

        network.del(pod);

        assertNothingLeft(network);
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE,acknowledged", "PTP,acknowledged", "BRIDGE,announced"})
    void emptyNetns_isEnoughToRemoveAll(Kind kind, String mode) {
        TestNetwork network = kind.network("net")
                .over(new DetachingLibc(LIBC).libc())
                .withVariable("CULVERT_DELETE", mode);
        network.add(pod);

        succeed(network.call("DEL", pod, ""));

        assertNothingLeft(network);
        assertThat(pod.ip().links()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"BRIDGE", "PTP"})
    void vanishedNetns_isNoError(Kind kind) {
        TestNetwork network = kind.network("net");
        Attached attached = network.add(pod);
        pod.netns().close();

        succeed(network.withResult(attached).call("DEL", pod, pod.path()));

        assertNothingLeft(network);
    }

    @Test
    void netnsThatIsAPlainFile_isNoError() throws Exception {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);
        Path file = Files.createFile(folder.resolve("netns"));

        succeed(network.call("DEL", pod, file.toString()));

        assertNothingLeft(network);
        assertThat(file).exists();
    }

    @Test
    void netnsThatIsOurOwn_isNotLookedInto() {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);
        host.run("link add eth0 type veth peer name other");

        succeed(network.call("DEL", pod, "/proc/thread-self/ns/net"));

        assertNothingLeft(network);
        assertThat(host.links()).contains("eth0");
    }

    @ParameterizedTest
    @EnumSource(names = {"BRIDGE", "PTP"})
    void linkThatIsGone_stillGivesTheLeaseBack(Kind kind) {
        TestNetwork network = kind.network("net");
        Attached attached = network.add(pod);
        pod.ip().run("link del eth0");

        network.withResult(attached).del(pod);

        assertNothingLeft(network);
    }

    @Test
    void neverAdded_isNoError() {
        Kind.BRIDGE.network("net").del(pod);
        Kind.PTP.network("net").del(pod);

        assertThat(host.links()).isEmpty();
    }

    @Test
    void interfaceThatTheContainerRenamedAndMoved_isFoundByItsPeer() {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);
        pod.ip().batch("link set eth0 down\nlink set eth0 name inner\n");

        network.del(pod);

        assertNothingLeft(network);
        assertThat(pod.ip().links()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"vlan\":5000",
                "\"mtu\":3",
                "\"ipMasqBackend\":\"iptables\"",
                "\"hairpinMode\":\"yes\"",
                "\"prevResult\":{\"interfaces\":[{\"name\":\"eth0\",\"mac\":\"nonsense\",\"sandbox\":\"/x\"}]}",
                "\"prevResult\":{\"cniVersion\":\"9.9\"}",
                "\"prevResult\":{\"interfaces\":7}",
                "\"prevResult\":{}"
            })
    void configurationThatAddWouldRefuse_isNoReasonToKeepAnything(String member) {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);
        pod.ip().run("link del eth0");
        String key = member.substring(1, member.indexOf('"', 1));

        network.with(key, member.substring(member.indexOf(':') + 1)).del(pod);

        assertNothingLeft(network);
    }

    @Test
    void masqueradeSwitchedOffInBetween_isStillRemoved() {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.with("ipMasq", "true").with("macspoofchk", "true").add(pod);
        assertThat(host.witness().run("nft", "list", "ruleset")).contains("10.1.0.2");

        network.del(pod);

        assertThat(host.witness().run("nft", "list", "ruleset"))
                .doesNotContain("10.1.0.2", "fd00:1::2", network.hostLink(pod));
    }

    @Test
    void namespaceThatAnotherContainerUses_keepsItsInterface() {
        TestNetwork network = Kind.BRIDGE.network("net");
        Attached attached = network.add(pod);
        pod.ip().run("link del eth0");
        Pod next = pod.reusedBy("pod-next");
        network.withIps("10.1.0.3/24").add(next);

        network.withResult(attached).del(pod);

        assertThat(pod.ip().addresses("eth0")).containsExactly("10.1.0.3/24");
        assertThat(veths()).containsExactly(network.hostLink(next));
        assertThat(network.ipam().leases()).containsExactly("pod-next/eth0 on net");
    }

    @Test
    void failingIpam_isReportedAndTheNextDelSucceeds() {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);
        network.ipam().refuse();

        Refusal refusal = network.refused("DEL", pod);

        assertThat(refusal.msg()).isEqualTo("the address book is locked");
        assertThat(veths()).isEmpty();
        network.ipam().recover();
        network.del(pod);
        assertNothingLeft(network);
    }

    @ParameterizedTest
    @ValueSource(strings = {"theirs", "", "culvert"})
    void changedAlias_keepsNobodyFromDelAndCheck(String alias) {
        for (Kind kind : new Kind[] {Kind.BRIDGE, Kind.PTP}) {
            for (boolean withNamespace : new boolean[] {true, false}) {
                TestNetwork network = kind.network("net");
                Attached attached = network.add(pod);
                host.witness().run("ip", "link", "set", network.hostLink(pod), "alias", alias);

                assertThat(network.withResult(attached).call("CHECK", pod).code())
                        .isZero();
                assertThat(network.call("DEL", pod, withNamespace ? pod.path() : "")
                                .code())
                        .isZero();
                assertThat(veths()).isEmpty();
                assertThat(network.ipam().leases()).isEmpty();
            }
        }
    }

    /** Each is made under the name that our link would have. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "link add LINK type bridge",
                "link add LINK type veth peer name other",
                "link add LINK type veth peer name eth7 netns POD\nlink set LINK alias OTHER"
            })
    void linkThatIsCertainlyAnothers_stays(String commands) {
        TestNetwork network = Kind.BRIDGE.network("net");
        String link = network.hostLink(pod);
        host.batch(commands.replace("LINK", link)
                        .replace("POD", pod.netns().name())
                        .replace("OTHER", "\"" + new Mark("net", "b", "eth0").label() + "\"")
                + "\n");
        String before = host.run("-d link show dev " + link);

        network.del(pod);
        assertThat(network.call("DEL", pod, "").code()).isZero();

        assertThat(host.run("-d link show dev " + link)).isEqualTo(before);
    }

    @Test
    void linkWhosePeerIsNotTheInterface_stays() {
        TestNetwork network = Kind.BRIDGE.network("net");
        host.batch("link add " + network.hostLink(pod) + " type veth peer name eth7 netns "
                + pod.netns().name() + "\n");
        pod.ip().run("link add eth0 type bridge");

        network.del(pod);

        assertThat(veths()).containsExactly(network.hostLink(pod));
    }

    /**
     * What an attachment of the reference looks like: a plain pair, known by the hardware address
     * in its result.
     */
    private TestNetwork madeByTheReference(String mac) {
        host.run("link add vethdeadbeef type veth peer name eth0 address " + MAC + " netns "
                + pod.netns().name());
        return Kind.BRIDGE
                .network("net")
                .with(
                        "prevResult",
                        "{\"cniVersion\":\"1.1.0\",\"interfaces\":["
                                + "{\"name\":\"cni0\",\"mac\":\"02:00:00:00:00:01\"},{\"name\":\"vethdeadbeef\"},"
                                + "{\"name\":\"eth0\",\"mac\":\"" + mac + "\",\"sandbox\":\""
                                + pod.path() + "\"}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "02:11:22:33:44:55,acknowledged",
        "02:11:22:33:44:55,announced",
        "02-11-22-33-44-55,acknowledged"
    })
    void pairOfTheReference_isRemovedByItsAddress(String mac, String mode) {
        DetachingLibc detaching = new DetachingLibc(LIBC);
        TestNetwork network =
                madeByTheReference(mac).over(detaching.libc()).withVariable("CULVERT_DELETE", mode);

        network.del(pod);

        assertThat(host.links()).isEmpty();
        assertThat(pod.ip().links()).isEmpty();
    }

    @Test
    void pairOfTheReferenceWithAnotherAddress_isSomebodyElses() {
        TestNetwork network = madeByTheReference("02:11:22:33:44:66");

        network.del(pod);

        assertThat(host.links()).containsExactly("vethdeadbeef");
        assertThat(pod.ip().links()).containsExactly("eth0");
    }

    @Test
    void pairOfTheReferenceWithoutAResult_isNotTouched() {
        TestNetwork network = madeByTheReference(MAC).without("prevResult");

        network.del(pod);

        assertThat(pod.ip().links()).containsExactly("eth0");
    }

    @Test
    void linkOfAnotherKindWithTheAddress_isNotTouched() {
        pod.ip().run("link add eth0 address " + MAC + " type bridge");
        TestNetwork network = Kind.BRIDGE
                .network("net")
                .with(
                        "prevResult",
                        "{\"interfaces\":[{\"name\":\"eth0\"," + "\"mac\":\"" + MAC
                                + "\",\"sandbox\":\"" + pod.path() + "\"}]}");

        network.del(pod);

        assertThat(pod.ip().links()).containsExactly("eth0");
    }
}
