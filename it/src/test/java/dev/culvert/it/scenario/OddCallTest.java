// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Calls that look wrong and are right. */
@InNetns(mayLeave = true)
final class OddCallTest {
    private static final String K8S =
            "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-1;"
                    + "K8S_POD_INFRA_CONTAINER_ID=0a1b;K8S_POD_UID=3e9b7a2e-1111-2222-3333-444455556666";
    private static final Pattern ATTACHED =
            Pattern.compile("\"veth|/data/|\\b10\\.1\\.0\\.[23]\\b|fd01::[23]\\b");
    private static final Answer SILENT = new Answer(0, "", "");

    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    /** A change of a call that must make no difference, with a name. */
    private record Odd(String title, UnaryOperator<Call> change) {
        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Arguments> pluginsAndOddities() {
        List<Odd> odds = List.of(
                new Odd("Kubernetes' CNI_ARGS", call -> call.with("CNI_ARGS", K8S)),
                new Odd(
                        "an ifname of 15 bytes with dots",
                        call -> call.with("CNI_IFNAME", "eth0.100.abc.de")),
                new Odd(
                        "an ifname outside of ASCII",
                        call -> call.with("CNI_IFNAME", "\u00e9th\u2193")),
                new Odd(
                        "a container id of 4 KiB",
                        call -> call.with("CNI_CONTAINERID", "c".repeat(4096))),
                new Odd(
                        "a container id of 100 KiB",
                        call -> call.with("CNI_CONTAINERID", "c".repeat(100 << 10))),
                new Odd(
                        "a network's name of 200 bytes",
                        call -> call.set("name", "\"" + "n".repeat(200) + "\"")),
                new Odd(
                        "keys that nobody knows",
                        call -> call.set("x", "[1e999,-0,{\"y\":null},\"\\ud800\"]")
                                .set("capabilities", "{\"portMappings\":true}")
                                .set("ipam.x", "{}")),
                new Odd(
                        "bytes that are no UTF-8 where nobody looks",
                        call -> call.set("x", "\"?\"").edit(text -> text.replace("?", "\ufffd"))),
                new Odd("numbers like -0", call -> call.set("mtu", "-0").set("vlan", "-0")),
                new Odd(
                        "null everywhere",
                        call -> call.set("mtu", "null")
                                .set("dns", "null")
                                .set("args", "null")
                                .set("runtimeConfig", "null")
                                .set("culvert", "null")
                                .set("isDefaultGateway", "null")
                                .set("prevResult", "null")),
                new Odd(
                        "names in capitals",
                        call -> call.edit(text -> text.replace("\"cniVersion\"", "\"CNIVERSION\"")
                                .replace("\"ipam\"", "\"IPAM\"")
                                .replace("\"subnet\"", "\"Subnet\""))),
                new Odd(
                        "3 MiB of blanks",
                        call -> call.edit(
                                text -> text.replace("{\"cni", " ".repeat(3 << 20) + "{\"cni"))),
                new Odd(
                        "60,000 values",
                        call -> call.edit(text -> text.substring(0, text.length() - 1) + ",\"x\":["
                                + "{},".repeat(60_000) + "1]}")),
                new Odd(
                        "folders in CNI_PATH that are not there",
                        call -> call.with("CNI_PATH", ":/none::/none/../none:")));
        // An interface that is there, under a name that it has already, is what a chain is about.
        return Stage.plugins()
                .filter(name -> PluginUnderTest.of(name).sort() != PluginUnderTest.Sort.CHAINED)
                .flatMap(plugin -> odds.stream().map(odd -> Arguments.of(plugin, odd)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("pluginsAndOddities")
    void call_succeedsInBothWorlds(String plugin, Odd odd) {
        requireSameInBothWorlds(odd.change().apply(stage.add(plugin)));
    }

    /** Attaches, checks and detaches in one world after the other; answers the result. */
    private String requireSameInBothWorlds(Call add) {
        List<String> results = new ArrayList<>();
        for (World world : List.of(World.HERE, World.NATIVE)) {
            Answer added = world.run(add).ok();
            results.add(added.output().replaceAll("([0-9a-f]{2}:){5}[0-9a-f]{2}", "MAC"));
            Call next = add.set("prevResult", added.output());

            assertThat(added.error()).isEmpty();
            assertThat(world.run(next.verb("CHECK"))).as("%s CHECK", world).isEqualTo(SILENT);
            assertThat(world.run(next.verb("DEL"))).as("%s DEL", world).isEqualTo(SILENT);
            assertThat(leases()).isEmpty();
            stage.forgetLeases();
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
        return results.get(1);
    }

    static Stream<Arguments> pluginsAndKeys() {
        List<Odd> bridge = List.of(
                new Odd("macspoofchk", call -> call.set("macspoofchk", "true")),
                new Odd("portIsolation", call -> call.set("portIsolation", "true")),
                new Odd("hairpinMode", call -> call.set("hairpinMode", "true")),
                new Odd("promiscMode", call -> call.set("promiscMode", "true")),
                new Odd("enabledad", call -> call.set("enabledad", "true")),
                new Odd(
                        "disableContainerInterface",
                        call -> call.set("ipam", "null").set("disableContainerInterface", "true")),
                new Odd("forceAddress", call -> call.set("forceAddress", "true")),
                new Odd(
                        "isDefaultGateway",
                        call -> call.set("isDefaultGateway", "true").set("ipam.routes", "[]")),
                new Odd(
                        "args.cni.mac",
                        call -> call.set("args", "{\"cni\":{\"mac\":\"02-AB-00-00-00-01\"}}")),
                new Odd("layer 2", call -> call.set("ipam", "null")));
        List<Odd> both = List.of(
                new Odd("an mtu", call -> call.set("mtu", "1400")),
                new Odd("an mtu of the way out", call -> call.set("mtu", "\"auto\"")),
                new Odd("no masquerade", call -> call.set("ipMasq", "false")));
        List<Odd> ptp =
                List.of(new Odd("proxyArp", call -> call.set("gatewayStyle", "\"proxyArp\"")));
        return Stream.of(
                        bridge.stream().map(odd -> Arguments.of("bridge", odd)),
                        ptp.stream().map(odd -> Arguments.of("ptp", odd)),
                        both.stream()
                                .flatMap(odd -> Stream.of("bridge", "ptp")
                                        .map(plugin -> Arguments.of(plugin, odd))))
                .flatMap(arguments -> arguments);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("pluginsAndKeys")
    void everyKey_worksInBothWorlds(String plugin, Odd odd) {
        requireSameInBothWorlds(odd.change().apply(stage.add(plugin)));
        assertThat(attached()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp"})
    void dnsOfAResolvConf_isInTheResult(String plugin) throws IOException {
        Path file = Files.writeString(
                stage.file("resolv.conf"), "nameserver 10.0.0.53\nsearch lan\noptions ndots:2\n");

        String result = requireSameInBothWorlds(
                stage.add(plugin).set("ipam.resolvConf", "\"" + file + "\""));

        assertThat(result.replaceAll("\\s", ""))
                .contains(
                        "\"dns\":{\"nameservers\":[\"10.0.0.53\"],\"options\":[\"ndots:2\"],\"search\":[\"lan\"]}");
    }

    private List<String> leases() {
        return stage.snapshot().lines().stream()
                .filter(line -> line.contains("/data/"))
                .toList();
    }

    /** What may be missing when a runtime deletes. */
    enum Missing {
        NOTHING,
        NETNS_IS_EMPTY,
        NETNS_IS_GONE,
        LINK,
        RESULT,
        EVERYTHING;

        Call apply(Stage stage, Call del) {
            return switch (this) {
                case NOTHING, EVERYTHING, RESULT -> del;
                case NETNS_IS_EMPTY -> del.with("CNI_NETNS", "");
                case NETNS_IS_GONE -> {
                    stage.container().close();
                    yield del;
                }
                case LINK -> {
                    stage.container().witness().tryRun("ip", "link", "del", "eth0");
                    yield del;
                }
            };
        }
    }

    static Stream<Arguments> pluginsAndMissing() {
        return Stage.plugins()
                .flatMap(plugin ->
                        Stream.of(Missing.values()).map(missing -> Arguments.of(plugin, missing)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("pluginsAndMissing")
    void delete_succeedsTwiceWhateverIsMissing(String plugin, Missing missing) {
        Call add = stage.add(plugin);
        Call del = add.verb("DEL");
        if (missing != Missing.EVERYTHING) {
            Answer added = World.NATIVE.run(add).ok();
            del = missing == Missing.RESULT ? del : del.set("prevResult", added.output());
        }
        del = missing.apply(stage, del);

        for (World world : List.of(World.NATIVE, World.HERE, World.NATIVE)) {
            assertThat(world.run(del)).isEqualTo(SILENT);
        }
        assertThat(attached()).isEmpty();
    }

    /** The namespace of the caller itself, which only CNI_NETNS_OVERRIDE allows. */
    @ParameterizedTest
    @CsvSource({"HERE,1", "NATIVE,1", "HERE,true", "NATIVE,TRUE"})
    void ownNamespace_isTakenWithTheOverride(World world, String value) {
        Call without = stage.add("loopback").with("CNI_NETNS", "/proc/thread-self/ns/net");
        Call add = without.with("CNI_NETNS_OVERRIDE", value);
        Program.sh("ip link set lo down");

        Answer added = world.run(add).ok();
        assertThat(Program.sh("ip link show lo")).contains(",UP");
        assertThat(added.output()).contains("\"sandbox\": \"/proc/thread-self/ns/net\"");
        assertThat(world.run(add.verb("CHECK").set("prevResult", added.output())))
                .isEqualTo(SILENT);
        assertThat(world.run(without.verb("DEL"))).isEqualTo(SILENT);
        assertThat(Program.sh("ip link show lo")).contains(",UP");
        assertThat(world.run(add.verb("DEL"))).isEqualTo(SILENT);
        assertThat(Program.sh("ip link show lo")).doesNotContain(",UP");

        for (String other : List.of("0", "false", "yes")) {
            Refusal.of(CniErrorCode.INVALID_NETNS, "should not be the same")
                    .check(add, world.run(add.with("CNI_NETNS_OVERRIDE", other)));
        }
        assertThat(Program.sh("ip link show lo")).doesNotContain(",UP");
        Program.sh("ip link set lo up");
    }

    /** The lines of an attachment, of whatever container. */
    private List<String> attached() {
        return stage.hostLines().stream().filter(ATTACHED.asPredicate()).toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = World.class,
            names = {"HERE", "NATIVE"})
    void twoAttachmentsOfOneContainer_areApart(World world) {
        Call first = stage.add("bridge");
        Call second = first.with("CNI_IFNAME", "eth1");
        String one = world.run(first).ok().output();
        String two = world.run(second).ok().output();

        assertThat(world.run(first.verb("CHECK").set("prevResult", one))).isEqualTo(SILENT);
        assertThat(world.run(second.verb("CHECK").set("prevResult", two))).isEqualTo(SILENT);
        assertThat(one).contains("10.1.0.2/24");
        assertThat(two).contains("10.1.0.3/24");
        assertThat(world.run(first.verb("DEL"))).isEqualTo(SILENT);
        assertThat(world.run(second.verb("CHECK").set("prevResult", two))).isEqualTo(SILENT);
        assertThat(world.run(second.verb("DEL"))).isEqualTo(SILENT);
        assertThat(attached()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp", "host-local"})
    void gc_removesWhatIsNotValidAndNothingElse(String plugin) {
        Call keep = stage.add(plugin);
        String kept = World.NATIVE.run(keep).ok().output();
        Call gc = keep.verb("GC")
                .set("cni.dev/valid-attachments", "[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]");
        stage.quiet();
        Snapshot before = stage.snapshot();

        for (World world : List.of(World.HERE, World.NATIVE)) {
            World.NATIVE
                    .run(keep.with("CNI_CONTAINERID", "c2").with("CNI_IFNAME", "eth1"))
                    .ok();
            World.NATIVE
                    .run(keep.with("CNI_CONTAINERID", "c1").with("CNI_IFNAME", "eth2"))
                    .ok();

            assertThat(world.run(gc)).as("%s", world).isEqualTo(SILENT);

            stage.quiet();
            assertThat(stage.snapshot().since(before)).as("%s", world).isEmpty();
            assertThat(world.run(keep.verb("CHECK").set("prevResult", kept))).isEqualTo(SILENT);
        }
        assertThat(World.NATIVE.run(gc.set("cni.dev/valid-attachments", "[]"))).isEqualTo(SILENT);
        assertThat(attached()).isEmpty();
    }

    /** As on a node where somebody else sees to it that sysctls are right. */
    @Test
    @InNetns(mounts = true, mayLeave = true)
    void readOnlySysctls_doNoHarmWhereTheyAreRight() {
        Program.sh("echo 0 >/proc/sys/net/ipv6/conf/default/accept_ra");
        Call call = stage.warmed(stage.add("bridge"));
        Program.sh("mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys");
        for (World world : List.of(World.HERE, World.NATIVE)) {
            world.run(call.set("ipam.ranges", "[[{\"subnet\":\"10.1.0.0/24\"}]]"))
                    .ok();
            assertThat(world.run(call.verb("DEL"))).isEqualTo(SILENT);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.culvert.it.scenario.Stage#interfacePlugins")
    @InNetns(mounts = true, mayLeave = true)
    void kernelWithoutIpv6_takesIpv4(String plugin) {
        Call call = stage.add(plugin);
        call = plugin.equals("loopback")
                ? call
                : call.set("ipam.ranges", "[[{\"subnet\":\"10.1.0.0/24\"}]]")
                        .set("ipam.routes", "[{\"dst\":\"0.0.0.0/0\"}]");
        Program.sh("mount -t tmpfs none /proc/sys/net/ipv6");
        for (World world : List.of(World.HERE, World.NATIVE)) {
            String result = world.run(call).ok().output();
            assertThat(world.run(call.verb("CHECK").set("prevResult", result))).isEqualTo(SILENT);
            assertThat(world.run(call.verb("DEL"))).isEqualTo(SILENT);
        }
    }

    /**
     * A container id in the environment that is no text: both worlds refuse it with the same words.
     */
    @Test
    void containerIdThatIsNoText_isRefused() {
        Call call = stage.add("static").with("CNI_CONTAINERID", "none");
        List<Answer> answers = new ArrayList<>();
        for (World world : List.of(World.JVM, World.NATIVE)) {
            List<String> command = new ArrayList<>(List.of(
                    "sh", "-c", "CNI_CONTAINERID=$(printf 'c\\377\\300\\200') exec \"$@\"", "sh"));
            command.addAll(world.command("static"));
            answers.add(Program.run(call, command));
        }

        assertThat(answers.get(0)).isEqualTo(answers.get(1));
        assertThat(answers.get(0).output())
                .contains("CNI_CONTAINERID: bytes that are no UTF-8", "c\ufffd\ufffd\ufffd");
    }

    @Test
    void environmentOfThousandsOfVariables_isRead() {
        Call call = stage.add("static");
        for (int i = 0; i < 2000; i++) {
            call = call.with("SERVICE_" + i, "x".repeat(50));
        }
        assertThat(World.NATIVE.run(call)).isEqualTo(World.HERE.run(call));
        World.NATIVE.run(call).ok();
    }
}
