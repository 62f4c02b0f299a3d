// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.it.Needs;
import dev.culvert.it.Plugins;
import dev.culvert.json.Fields;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;

/** Processes that may not do what they are asked for, and kernels that cannot. */
@InNetns(mayLeave = true)
final class BadPrivilegesTest {
    private static final List<String> NO_CAPABILITY =
            List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all");
    private static final Refusal NO_PERMISSION = Refusal.of(
            CniErrorCode.NO_PERMISSION,
            "EPERM",
            "run as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN");

    private Stage stage;

    @BeforeEach
    void open() {
        Needs.tools("setpriv (util-linux)", "unshare (util-linux)");
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private static Answer run(List<String> before, World world, Call call) {
        List<String> command = new ArrayList<>(before);
        command.addAll(world.command(call.plugin()));
        return Program.run(call, command);
    }

    @ParameterizedTest
    @MethodSource("dev.culvert.it.scenario.Stage#interfacePlugins")
    void rootWithoutCapabilities_isRefusedWithTheirNames(String plugin) {
        Call call = stage.warmed(stage.add(plugin));
        Snapshot before = stage.snapshot();

        Answer jvm = run(NO_CAPABILITY, World.JVM, call);
        Answer binary = run(NO_CAPABILITY, World.NATIVE, call);

        NO_PERMISSION.check(call, jvm);
        assertThat(binary).isEqualTo(jvm);
        assertThat(stage.snapshot().since(before)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "loopback,setpriv --reuid=65534 --regid=65534 --clear-groups",
        "loopback,unshare -U",
        "bridge,unshare -U",
        "ptp,unshare -U"
    })
    void otherUser_isRefusedTheSameWay(String plugin, String before) {
        Call call = stage.warmed(stage.add(plugin));
        Snapshot shot = stage.snapshot();
        String readable = Program.sh(
                        "d=$(mktemp -d); chmod 755 $d; cp $1 $d; echo $d/$2",
                        Plugins.underTest().resolve(plugin).toString(),
                        plugin)
                .strip();
        List<String> command = new ArrayList<>(List.of(before.split(" ")));
        command.add(readable);

        Answer answer = Program.run(call, command);
        Program.sh("rm -r ${1%/*}", readable);

        NO_PERMISSION.check(call, answer);
        assertThat(stage.snapshot().since(shot)).isEmpty();
    }

    /** An IPAM plugin needs no capability, but the right to write. */
    @Test
    void folderOfAnotherUser_isRefused() {
        Call call = stage.add("host-local");
        String readable = Program.sh(
                        "d=$(mktemp -d); chmod 755 $d ${2%/*} $2; cp $1 $d; echo $d/host-local",
                        Plugins.underTest().resolve("host-local").toString(),
                        stage.data().toString())
                .strip();

        Answer answer = Program.run(
                call,
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", readable));
        Program.sh("rm -r ${1%/*}", readable);

        Refusal.of(CniErrorCode.NO_PERMISSION, "EACCES", stage.data().toString())
                .check(call, answer);
    }

    /** The kernel knows neither netlink nor nftables: each socket in turn cannot be made. */
    @ParameterizedTest
    @CsvSource({
        "bridge,ADD,EPROTONOSUPPORT",
        "ptp,ADD,EPROTONOSUPPORT",
        "loopback,ADD,EAFNOSUPPORT",
        "bridge,ADD,ESOCKTNOSUPPORT",
        "bridge,CHECK,EPROTONOSUPPORT"
    })
    void socketThatTheKernelLacks_isSaid(String plugin, String verb, Errno errno) {
        Needs.tools("strace (strace)");
        Call add = stage.warmed(stage.add(plugin));
        Call call = verb.equals("ADD")
                ? add
                : add.verb(verb).set("prevResult", World.NATIVE.run(add).ok().output());
        stage.quiet();
        Snapshot before = stage.snapshot();
        int refused = 0;
        boolean timed = false;

        for (int nth = 1; ; nth++) {
            FaultLibc faults = new FaultLibc(new FfmLibc()).fail("socket", nth, errno);
            Answer here = World.here(faults.libc(), call);
            if (faults.count("socket") < nth) {
                here.ok();
                break;
            }
            Refusal.of(CniErrorCode.KERNEL_LACKS, errno.name(), "the kernel lacks it")
                    .check(call, here);
            // From there on the two worlds may count their sockets differently.
            timed |= isTimed(here);
            if (timed) {
                continue;
            }
            Answer binary = run(
                    List.of(
                            "strace",
                            "-f",
                            "-o",
                            "/dev/null",
                            "-e",
                            "trace=socket",
                            "-e",
                            "inject=socket:error=" + errno + ":when=" + when(nth, errno)),
                    World.NATIVE,
                    call);
            if (isTimed(binary)) {
                Refusal.of(CniErrorCode.KERNEL_LACKS, errno.name(), "the kernel lacks it")
                        .check(call, binary);
                timed = true;
            } else {
                assertThat(binary).as("socket %s", nth).isEqualTo(here);
            }
            assertThat(stage.snapshot().since(before)).as("socket %s", nth).isEmpty();
            refused++;
        }
        assertThat(refused).isPositive();
    }

    /**
     * Whether announcements are waited for, or the links are ready at the first look, is a matter
     * of time.
     */
    private static boolean isTimed(Answer answer) {
        return answer.output().contains("for announcements");
    }

    /** musl asks a second time, without SOCK_CLOEXEC. */
    private static String when(int nth, Errno errno) {
        return errno == Errno.EPROTONOSUPPORT ? nth + ".." + (nth + 1) : Integer.toString(nth);
    }

    /** Without netfilter there can be nothing of it to remove, and nothing to masquerade by. */
    @Test
    void kernelWithoutNftables_detachesAndSaysSoInStatus() {
        Call add = stage.add("bridge");
        World.NATIVE.run(add.set("ipMasq", "false")).ok();

        Answer deleted = World.here(
                OldKernel.withoutNetfilter(new FfmLibc()), add.verb("DEL").set("ipMasq", "false"));
        Answer status = World.here(OldKernel.withoutNetfilter(new FfmLibc()), add.verb("STATUS"));

        deleted.ok();
        assertThat(status.code()).isEqualTo(1);
        assertThat(Fields.of(status.json()).integer("code", 0, Fields.Range.INT))
                .isEqualTo(50);
        assertThat(Fields.of(status.json()).string("msg", "")).contains("EPROTONOSUPPORT");
    }
}
