// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.veth.Ip;
import dev.culvert.plugins.veth.Pod;
import dev.culvert.plugins.veth.TestNetwork;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

@InNetns
final class TapTest {
    private static final Libc LIBC = new FfmLibc();

    private final TestNetwork vms = TestNetwork.tap("vms").withIps("10.1.0.2/24", "fd00:1::2/64");
    private Pod pod;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
    }

    @AfterEach
    void close() {
        pod.close();
        assertThat(Ip.host().links()).isEmpty();
    }

    @Test
    void tap_isInTheContainerWithItsAddresses() {
        Attached attached = vms.add(pod);

        assertThat(pod.ip().link("eth0").text("linkinfo", "info_kind")).isEqualTo("tun");
        assertThat(pod.ip().link("eth0").text("linkinfo", "info_data", "type")).isEqualTo("tap");
        assertThat(pod.ip().link("eth0").has("UP")).isTrue();
        assertThat(attached.result().interfaces()).hasSize(1);
        assertThat(attached.mac("eth0")).isEqualTo(pod.ip().link("eth0").text("address"));
        assertThat(attached.result().ips()).allMatch(ip -> ip.interfaceIndex().getAsInt() == 0);
        // Nobody has its file open, so that an address of its own is all that answers.
        assertThat(pod.netns().ping("10.1.0.2")).isTrue();
        assertThat(vms.withResult(attached).call("CHECK", pod).code()).isZero();

        vms.withResult(attached).del(pod);
        vms.del(pod);
        assertThat(pod.ip().links()).isEmpty();
        assertThat(vms.ipam().leases()).isEmpty();
    }

    /** struct ifreq: name 16 bytes, flags u16 (IFF_TAP | IFF_NO_PI). */
    @Test
    void frames_reachWhoHasTheFileOpen() throws Exception {
        vms.add(pod);
        byte[] request = new byte[40];
        System.arraycopy("eth0".getBytes(StandardCharsets.US_ASCII), 0, request, 0, 4);
        request[16] = 0x02;
        request[17] = 0x10;
        byte[] frame = new byte[1600];
        int length = pod.netns().call(() -> {
            int fd = LIBC.open("/dev/net/tun", Linux.O_RDWR | Linux.O_CLOEXEC, 0);
            assertThat(LIBC.ioctl(fd, 0x400454caL, request)).isZero();
            pod.ip().run("neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent");
            assertThat(pod.netns().ping("10.1.0.9")).isFalse();
            int got = 0;
            // What the kernel says by itself, such as router solicitations, comes first.
            for (int i = 0; i < 50 && !isFrameTo(frame, got); i++) {
                got = LIBC.read(fd, frame, 0, frame.length);
            }
            LIBC.close(fd);
            return got;
        });

        assertThat(isFrameTo(frame, length)).isTrue();
        vms.del(pod);
    }

    private static boolean isFrameTo(byte[] frame, int length) {
        return length > 34 && frame[0] == 2 && frame[5] == 9 && frame[12] == 8 && frame[13] == 0;
    }

    @Test
    void ownerGroupAndQueues_areTheDevices() {
        TestNetwork network = vms.with("owner", "107")
                .with("group", "4294967294")
                .with("multiQueue", "true")
                .with("mtu", "9000")
                .with("mac", "\"02:00:00:00:00:07\"");

        Attached attached = network.add(pod);

        assertThat(pod.ip().link("eth0").text("linkinfo", "info_data", "user")).isEqualTo("107");
        assertThat(pod.ip().link("eth0").text("linkinfo", "info_data", "multi_queue"))
                .isEqualTo("true");
        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("9000");
        assertThat(attached.mac("eth0")).isEqualTo("02:00:00:00:00:07");
        assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
        assertThat(network.with("owner", "108")
                        .withResult(attached)
                        .refused("CHECK", pod)
                        .msg())
                .contains("user 108", "user 107");
        network.del(pod);
    }

    @Test
    void bridgeInTheContainer_hasItAsAPort() {
        pod.ip().batch("link add br0 type bridge\nlink set br0 up\n");
        TestNetwork network = TestNetwork.tap("vms").with("bridge", "\"br0\"");

        Attached attached = network.add(pod);

        assertThat(pod.ip().link("eth0").text("master")).isEqualTo("br0");
        assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
        pod.ip().run("link set eth0 nomaster");
        assertThat(network.withResult(attached).refused("CHECK", pod).msg()).contains("master");
        network.del(pod);
        assertThat(pod.ip().links()).containsExactly("br0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bridge         | \"br9\"    | there is no bridge br9",
                "owner          | 4294967295 | owner: 4294967295 is the number of nobody",
                "group          | -1         | group",
                "mtu            | 67         | mtu: 67",
                "mac            | \"01:00:5e:00:00:01\" | is not the address of one interface",
                "selinuxContext | \"a:b:c:d\" | selinuxContext: this kernel does not take"
            })
    void whatCannotBe_isRefusedAndLeavesNothing(String key, String value, String message) {
        assertThat(vms.with(key, value).refused("ADD", pod).msg()).contains(message);
        assertThat(pod.ip().links()).isEmpty();
        assertThat(vms.ipam().leases()).isEmpty();
    }

    @Test
    void secondAdd_leavesTheFirstAlone() {
        Attached attached = vms.add(pod);

        assertThat(vms.refused("ADD", pod).msg()).contains("belongs to this attachment");
        assertThat(vms.withResult(attached).call("CHECK", pod).code()).isZero();
        vms.del(pod);
    }

    @Test
    void anotherLinkOfTheName_staysAndTheAddressIsFree() {
        pod.ip().run("link add eth0 type bridge");

        assertThat(vms.refused("ADD", pod).msg()).contains("link eth0 exists");
        vms.del(pod);
        assertThat(pod.ip().links()).containsExactly("eth0");
        assertThat(vms.ipam().leases()).isEmpty();
    }

    @Test
    void aTapThatTheReferenceMade_goesByItsHardwareAddress() {
        pod.ip().run("tuntap add mode tap name eth0");
        pod.ip().run("link set eth0 address 02:00:00:00:00:09");
        String result = "{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"eth0\",\"mac\":"
                + "\"02:00:00:00:00:09\",\"sandbox\":\"" + pod.netns().path() + "\"}]}";

        TestNetwork.tap("vms").with("prevResult", result).del(pod);

        assertThat(pod.ip().links()).isEmpty();
    }
}
