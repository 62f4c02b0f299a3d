// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.Fields;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Another's IPAM program that fails while a link is there: DEL removes the link, says so, and can
 * be made again.
 */
@InNetns(mayLeave = true)
final class IpamDelTest {
    private static final String RESULT =
            "{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.1.0.7/24\",\"gateway\":\"10.1.0.1\"}]}";

    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    /** A program that keeps one lease in a file, and does something else for DEL. */
    private Path pool(String del) {
        Path lease = stage.data().resolve("lease");
        stage.script(
                "pool",
                "cat >/dev/null\ncase $CNI_COMMAND in\nADD) echo $CNI_CONTAINERID >" + lease
                        + "; echo '" + RESULT + "' ;;\nDEL) " + del + " ;;\nesac\n");
        return lease;
    }

    private static boolean hasPair(Witness host) {
        return host.links().stream().anyMatch(link -> link.startsWith("veth"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp"})
    void programThatFails_isReported_andTheNextDelSucceeds(String plugin) throws Exception {
        Witness host = new Witness();
        Path lease = pool(
                "echo '{\"cniVersion\":\"1.1.0\",\"code\":117,\"msg\":\"the pool is closed\"}'; exit 1");
        Call add = stage.add(plugin).set("ipam", "{\"type\":\"pool\"}");
        World.NATIVE.run(add).ok();
        assertThat(hasPair(host)).isTrue();

        Answer refused = World.NATIVE.run(add.verb("DEL"));

        assertThat(refused.code()).as("%s", refused).isEqualTo(1);
        assertThat(Fields.of(refused.json()).integer("code", 0, Fields.Range.INT))
                .isEqualTo(117);
        assertThat(Fields.of(refused.json()).string("msg", "")).contains("the pool is closed");
        assertThat(hasPair(host)).isFalse();
        assertThat(stage.container().witness().links()).doesNotContain("eth0");
        assertThat(host.run("nft", "list", "ruleset")).doesNotContain("10.1.0.7");
        assertThat(Files.readString(lease)).isEqualTo("c1\n");

        pool("rm -f " + lease);
        assertThat(World.NATIVE.run(add.verb("DEL"))).isEqualTo(new Answer(0, "", ""));
        assertThat(lease).doesNotExist();
        assertThat(World.NATIVE.run(add.verb("DEL"))).isEqualTo(new Answer(0, "", ""));
    }

    @ParameterizedTest
    @EnumSource(names = {"HERE", "NATIVE"})
    void programThatIsGone_isReported_andTheNextDelSucceeds(World world) throws Exception {
        Path lease = pool("true");
        Call add = stage.add("bridge").set("ipam", "{\"type\":\"pool\"}");
        world.run(add).ok();
        Files.delete(stage.bin().resolve("pool"));

        Answer refused = world.run(add.verb("DEL"));

        assertThat(refused.code()).isEqualTo(1);
        assertThat(Fields.of(refused.json()).string("msg", ""))
                .contains("failed to find plugin \"pool\"");
        assertThat(hasPair(new Witness())).isFalse();
        assertThat(lease).exists();
        pool("rm -f " + lease);
        assertThat(world.run(add.verb("DEL")).code()).isZero();
        assertThat(lease).doesNotExist();
    }
}
