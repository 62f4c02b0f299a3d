// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniVersion;
import dev.culvert.json.Fields;
import dev.culvert.json.Fields.Range;
import dev.culvert.plugins.PluginCall;
import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.TestNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

class LoopbackTest {
    private TestNetns netns;

    @BeforeEach
    void makeNetns() {
        netns = TestNetns.create("lo");
        setLo("down");
    }

    @AfterEach
    void removeNetns() {
        netns.close();
    }

    private void setLo(String state) {
        netns.witness().run("ip", "link", "set", "lo", state);
    }

    private boolean loIsUp() {
        return netns.witness().run("ip", "-o", "link", "show", "lo").contains(",UP");
    }

    private PluginCall call(String command) {
        return call(command, new FfmLibc());
    }

    private PluginCall call(String command, Libc libc) {
        return new PluginCall(new LoopbackPlugin(), libc, command)
                .attachment("c1", netns.path(), "eth0");
    }

    private static String config(CniVersion version, String more) {
        return "{\"cniVersion\":\"" + version + "\",\"name\":\"lo\",\"type\":\"loopback\"" + more
                + "}";
    }

    private static int code(Answer answer) {
        return (int) Fields.of(answer.json()).integer("code", 0, Range.INT);
    }

    @Test
    void add_setsLoUpAndReportsIt() {
        Answer answer = call("ADD").succeed(config(CniVersion.V1_1_0, ""));

        assertThat(loIsUp()).isTrue();
        assertThat(answer.json().compact())
                .isEqualTo(
                        "{\"cniVersion\":\"1.1.0\",\"interfaces\":[{"
                                + "\"mac\":\"00:00:00:00:00:00\",\"name\":\"lo\",\"sandbox\":\""
                                + netns.path()
                                + "\"}],"
                                + "\"ips\":[{\"address\":\"127.0.0.1/8\",\"interface\":0},{\"address\":\"::1/128\",\"interface\":0}]}");
    }

    @Test
    void oldVersions_getTheirOwnShape() {
        assertThat(call("ADD").succeed(config(CniVersion.V0_4_0, "")).json().compact())
                .contains("{\"version\":\"4\",\"interface\":0,\"address\":\"127.0.0.1/8\"}");
        assertThat(call("ADD").succeed(config(CniVersion.V0_2_0, "")).json().compact())
                .isEqualTo(
                        "{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"127.0.0.1/8\"},\"ip6\":{\"ip\":\"::1/128\"},"
                                + "\"dns\":{}}");
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void addAndDel_workInEveryVersion(CniVersion version) {
        call("ADD").succeed(config(version, ""));
        assertThat(loIsUp()).isTrue();

        assertThat(call("DEL").succeed(config(version, "")).output()).isEmpty();
        assertThat(loIsUp()).isFalse();
        call("DEL").succeed(config(version, ""));
    }

    @Test
    void prevResult_passesThrough() {
        String prev =
                "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"x\"}],\"mine\":[1.50]}";

        Answer answer = call("ADD").succeed(config(CniVersion.V1_0_0, ",\"prevResult\":" + prev));

        assertThat(answer.json().compact()).isEqualTo(prev);
        assertThat(loIsUp()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "{\"cniVersion\":\"0.4.0\"}", "{\"ips\":[{}]}"})
    void damagedPrevResult_leavesLoAsItWas(String prev) {
        Answer answer = call("ADD").run(config(CniVersion.V1_0_0, ",\"prevResult\":" + prev));

        assertThat(code(answer)).isEqualTo(6);
        assertThat(loIsUp()).isFalse();
    }

    @Test
    void otherAddressOnLo_isReportedAndLoLeftAsItWas() {
        netns.witness().run("ip", "addr", "add", "10.1.1.1/32", "dev", "lo");

        Answer answer = call("ADD").run(config(CniVersion.V1_1_0, ""));

        assertThat(code(answer)).isEqualTo(101);
        assertThat(Fields.of(answer.json()).string("msg", "")).contains("10.1.1.1/32");
        assertThat(loIsUp()).isFalse();
    }

    @Test
    void loThatWasUp_staysUpWhenAddFails() {
        setLo("up");
        netns.witness().run("ip", "addr", "add", "10.1.1.1/32", "dev", "lo");

        call("ADD").run(config(CniVersion.V1_1_0, ""));

        assertThat(loIsUp()).isTrue();
    }

    @Test
    void check_wantsLoUp() {
        String config = config(CniVersion.V1_1_0, "");
        Answer down = call("CHECK").run(config);
        setLo("up");

        assertThat(code(down)).isEqualTo(105);
        assertThat(call("CHECK").succeed(config).output()).isEmpty();
    }

    @Test
    void delWithoutNamespace_succeeds() {
        String config = config(CniVersion.V1_1_0, "");
        call("DEL").with("CNI_NETNS", "").succeed(config);
        call("DEL").with("CNI_NETNS", "/nowhere").succeed(config);
        call("DEL").with("CNI_NETNS", "/etc/passwd").succeed(config);
    }

    @Test
    void delOfOurOwnNamespace_leavesItsLoAlone() {
        FaultLibc libc = new FaultLibc(new FfmLibc());

        call("DEL", libc.libc())
                .with("CNI_NETNS", "/proc/thread-self/ns/net")
                .succeed(config(CniVersion.V1_1_0, ""));

        assertThat(libc.count("send")).isZero();
    }

    @Test
    void statusAndGc_haveNothingToDo() {
        String config = config(CniVersion.V1_1_0, ",\"cni.dev/valid-attachments\":[]");

        assertThat(call("STATUS").succeed(config).output()).isEmpty();
        assertThat(call("GC").succeed(config).output()).isEmpty();
        assertThat(loIsUp()).isFalse();
    }

    /** A call whose way back fails leaves its thread in the container, so it has one of its own. */
    private static Answer onThread(Supplier<Answer> body) throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        Thread thread = Thread.ofPlatform().start(() -> answers.add(body.get()));
        thread.join();
        return answers.getFirst();
    }

    @Test
    void everyRefusedCall_isAnErrorWithLoAsBeforeOrSuccess() throws InterruptedException {
        FaultLibc counted = new FaultLibc(new FfmLibc());
        call("ADD", counted.libc()).succeed(config(CniVersion.V1_1_0, ""));
        for (FaultLibc.Call made : counted.calls()) {
            if (made.canFail() && !made.name().equals("close")) {
                setLo("down");
                FaultLibc libc = new FaultLibc(new FfmLibc()).failAt(made.number(), Errno.ENOMEM);

                Answer answer =
                        onThread(() -> call("ADD", libc.libc()).run(config(CniVersion.V1_1_0, "")));

                assertThat(loIsUp()).as(made + ": " + answer).isEqualTo(answer.code() == 0);
                assertThat(answer.json().members())
                        .as(made.toString())
                        .containsKey(answer.code() == 0 ? "interfaces" : "code");
            }
        }
    }
}
