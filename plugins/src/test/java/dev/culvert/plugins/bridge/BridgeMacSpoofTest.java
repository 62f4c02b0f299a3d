// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.plugin.Plugin;
import dev.culvert.host.Mark;
import dev.culvert.plugins.Catalogue;
import dev.culvert.plugins.PluginCall;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel")
@InNetns(mayLeave = true)
class BridgeMacSpoofTest {
    private static final String CONF = """
            {"cniVersion":"1.1.0","name":"guarded","type":"bridge","bridge":"br0","isGateway":true,"macspoofchk":true,
             "ipam":{"type":"static","addresses":[{"address":"10.9.0.5/24","gateway":"10.9.0.1"}]}%s}""";

    private static final String HOST_LINK = new Mark("guarded", "c1", "eth0").hostLinkName();

    private final Plugin bridge = Catalogue.all().get("bridge");

    private PluginCall call(String verb, TestNetns pod, String id) {
        return new PluginCall(bridge, new FfmLibc(), verb)
                .attachment(id, "/run/netns/" + pod.name(), "eth0");
    }

    private static boolean reachesGateway(TestNetns pod) {
        return Witness.in(pod.name()).tryRun("ping", "-c1", "-W1", "10.9.0.1").code() == 0;
    }

    @Test
    void otherAddress_isDroppedUntilTheOwnOneIsBack() {
        try (TestNetns pod = TestNetns.create("pod")) {
            String result = call("ADD", pod, "c1").succeed(CONF.formatted("")).output();
            String mac = Witness.in(pod.name())
                    .run("cat", "/sys/class/net/eth0/address")
                    .strip();
            assertThat(reachesGateway(pod)).isTrue();

            Witness.in(pod.name()).run("ip", "link", "set", "eth0", "address", "02:00:00:00:00:99");

            assertThat(reachesGateway(pod)).isFalse();
            Witness.in(pod.name()).run("ip", "link", "set", "eth0", "address", mac);
            assertThat(reachesGateway(pod)).isTrue();

            String withResult = CONF.formatted(",\"prevResult\":" + result);
            call("CHECK", pod, "c1").succeed(withResult);
            new Witness().run("nft", "flush", "set", "bridge", "culvert_macspoof", "allowed");
            assertThat(call("CHECK", pod, "c1").run(withResult).output())
                    .contains("\"code\": 105")
                    .contains(mac);
            call("DEL", pod, "c1").succeed(CONF.formatted(""));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flush chain bridge culvert_macspoof prerouting | rule in chain bridge culvert_macspoof prerouting: wanted present",
                "flush set bridge culvert_macspoof guarded      | MAC check of HOST for MAC: wanted present, found missing",
                "flush set bridge culvert_macspoof allowed      | MAC check of HOST for MAC: wanted present, found missing",
                "delete table bridge culvert_macspoof           | rule in chain bridge culvert_macspoof prerouting: wanted present"
            })
    void partThatIsGone_isNamedByCheck(String words, String message) {
        try (TestNetns pod = TestNetns.create("pod")) {
            String result = call("ADD", pod, "c1").succeed(CONF.formatted("")).output();
            String mac = Witness.in(pod.name())
                    .run("cat", "/sys/class/net/eth0/address")
                    .strip();
            new Witness().run(("nft " + words).split(" "));

            assertThat(call("CHECK", pod, "c1")
                            .run(CONF.formatted(",\"prevResult\":" + result))
                            .output())
                    .contains(
                            "\"code\": 105",
                            message.replace("HOST", HOST_LINK).replace("for MAC", "for " + mac));
        }
    }

    @Test
    void delAfterTheLinkIsGone_removesTheElements() {
        try (TestNetns pod = TestNetns.create("pod")) {
            call("ADD", pod, "c1").succeed(CONF.formatted(""));
            Witness.in(pod.name()).run("ip", "link", "del", "eth0");
            assertThat(rules()).contains(HOST_LINK);

            call("DEL", pod, "c1").succeed(CONF.formatted(""));

            assertThat(rules()).doesNotContain("veth").contains("iifname @guarded");
        }
    }

    /** A container that began anew without DEL has another address now. */
    @Test
    void addAfterTheLinkIsGone_replacesTheElements() {
        try (TestNetns pod = TestNetns.create("pod")) {
            call("ADD", pod, "c1").succeed(CONF.formatted(""));
            String old = Witness.in(pod.name())
                    .run("cat", "/sys/class/net/eth0/address")
                    .strip();
            Witness.in(pod.name()).run("ip", "link", "del", "eth0");

            String result = call("ADD", pod, "c1").succeed(CONF.formatted("")).output();

            assertThat(rules()).doesNotContain(old);
            assertThat(rules().split('"' + HOST_LINK + '"', -1))
                    .as("shown in both sets")
                    .hasSize(3);
            assertThat(reachesGateway(pod)).isTrue();
            call("CHECK", pod, "c1").succeed(CONF.formatted(",\"prevResult\":" + result));
        }
    }

    /**
     * A forged frame passes where a port is up and its rule is not there. So each state that a call
     * can be in is looked at: that behind each of its messages to the kernel.
     */
    @ParameterizedTest
    @ValueSource(strings = {"ADD", "DEL"})
    void portThatIsUp_hasItsRuleAtEveryMoment(String verb) {
        try (TestNetns pod = TestNetns.create("pod")) {
            FaultLibc counting = new FaultLibc(new FfmLibc());
            call("ADD", pod, "c1").succeed(CONF.formatted("")); // Makes the bridge and the table.
            prepare(verb, pod);
            call(counting, verb, pod).succeed(CONF.formatted(""));
            int guarded = 0;
            for (FaultLibc.Call sent : counting.calls()) {
                if (sent.name().equals("send")) {
                    prepare(verb, pod);
                    runUntil(sent.number(), verb, pod);
                    guarded += requireRuleWherePortIsUp(verb + " killed behind " + sent);
                }
            }
            assertThat(guarded).isPositive();
            call("DEL", pod, "c1").succeed(CONF.formatted(""));
        }
    }

    /** A call that need not wait for the carrier is a little shorter than another. */
    private void runUntil(int number, String verb, TestNetns pod) {
        try {
            call(new FaultLibc(new FfmLibc()).killAt(number + 1), verb, pod)
                    .run(CONF.formatted(""));
        } catch (FaultLibc.Killed _) {
            // As it should be.
        }
    }

    private PluginCall call(FaultLibc libc, String verb, TestNetns pod) {
        return new PluginCall(bridge, libc.libc(), verb)
                .attachment("c1", "/run/netns/" + pod.name(), "eth0");
    }

    private void prepare(String verb, TestNetns pod) {
        call("DEL", pod, "c1").succeed(CONF.formatted(""));
        if (verb.equals("DEL")) {
            call("ADD", pod, "c1").succeed(CONF.formatted(""));
        }
    }

    private static int requireRuleWherePortIsUp(String when) {
        Witness host = new Witness();
        if (!host.run("ip", "link", "show", "up").contains(HOST_LINK)) {
            return 0;
        }
        assertThat(host.run("nft", "list", "ruleset").split('"' + HOST_LINK + '"', -1))
                .as("in both sets, " + when)
                .hasSize(3);
        return 1;
    }

    private static String rules() {
        return new Witness().run("nft", "list", "table", "bridge", "culvert_macspoof");
    }

    @Test
    void delWithoutNamespace_removesTheElementsAlone() {
        try (TestNetns one = TestNetns.create("pod");
                TestNetns other = TestNetns.create("pod")) {
            call("ADD", one, "c1").succeed(CONF.formatted(""));
            call("ADD", other, "c2").succeed(CONF.formatted("").replace("10.9.0.5", "10.9.0.6"));

            new PluginCall(bridge, new FfmLibc(), "DEL")
                    .attachment("c1", "", "eth0")
                    .succeed(CONF.formatted("")
                            .replace("\"macspoofchk\":true", "\"macspoofchk\":false"));

            String rules = rules();
            assertThat(rules)
                    .contains("c2 eth0")
                    .doesNotContain("c1 eth0")
                    .contains("iifname @guarded iifname . ether saddr != @allowed drop");
            assertThat(rules.split("iifname @guarded", -1)).hasSize(2);
            call("DEL", other, "c2").succeed(CONF.formatted(""));
        }
    }

    @Test
    void gc_removesExactlyTheOthersOfItsNetwork() {
        try (TestNetns one = TestNetns.create("pod");
                TestNetns other = TestNetns.create("pod")) {
            call("ADD", one, "c1").succeed(CONF.formatted(""));
            call("ADD", other, "c1")
                    .succeed(CONF.formatted("").replace("\"guarded\"", "\"another\""));

            new PluginCall(bridge, new FfmLibc(), "GC")
                    .succeed(CONF.formatted(",\"cni.dev/valid-attachments\":[]"));

            assertThat(rules()).contains("another c1 eth0").doesNotContain("guarded c1 eth0");
        }
    }
}
