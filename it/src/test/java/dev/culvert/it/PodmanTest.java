// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Containers of podman's CNI backend, on the networks that podman writes and on the one of Debian's
 * package.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PodmanTest {
    private static final String HELLO = "hello\n";
    private static final Pattern ADDRESS =
            Pattern.compile("inet6? ([0-9a-f.:]+)/\\d+ (?:brd \\S+ )?scope global");

    @AutoClose
    private PrivateHost host;

    @AutoClose
    private Outside outside;

    private Podman podman;

    @BeforeAll
    void prepare() throws Exception {
        Needs.rootOfTheMachine();
        host = PrivateHost.open();
        outside = Outside.open(host);
        podman = Podman.prepare(host);
        podman.run(
                        "network",
                        "create",
                        "--ipv6",
                        "--subnet",
                        "10.90.0.0/24",
                        "--subnet",
                        "fd90::/64",
                        "blue")
                .ok();
        podman.run("network", "create", "--subnet", "10.91.0.0/24", "green").ok();
    }

    @AfterEach
    void removeAll() {
        podman.removeAll();
    }

    @Test
    void twoContainers_reachEachOtherOverBothFamilies() {
        Podman.Container a = podman.start("a1", "--network", "blue");
        Podman.Container b = podman.start("a2", "--network", "blue");
        Addresses target = b.addresses("eth0");

        assertThat(a.fetch(target.ip4())).isEqualTo(HELLO);
        assertThat(a.fetch("[" + target.ip6() + "]")).isEqualTo(HELLO);

        remove(a, b);
    }

    @Test
    void container_reachesOutsideAndIsSeenAsItsHost() {
        Podman.Container a = podman.start("b1", "--network", "blue");

        assertThat(ask(a, Outside.IP4)).isEqualTo(Outside.HOST_IP4);
        assertThat(ask(a, Outside.IP6)).isEqualTo(Outside.HOST_IP6);

        remove(a);
    }

    private static String ask(Podman.Container container, String address) {
        return container
                .exec("sh", "-c", "timeout 5 nc " + address + " " + Outside.PORT + " </dev/null")
                .ok()
                .output()
                .strip();
    }

    @Test
    void publishedPort_answersOutsideHostAndContainersOverBothFamilies() {
        Podman.Container web = podman.start("c1", "--network", "blue", "-p", "8080:80");
        Podman.Container other = podman.start("c2", "--network", "blue");

        assertThat(fetch("outside", "192.0.2.1:8080")).isEqualTo(HELLO);
        assertThat(fetch("outside", "[2001:db8:ff::1]:8080")).isEqualTo(HELLO);
        assertThat(fetch("", "192.0.2.1:8080")).isEqualTo(HELLO);
        assertThat(fetch("", "127.0.0.1:8080")).isEqualTo(HELLO);
        assertThat(other.fetch("192.0.2.1:8080")).isEqualTo(HELLO);
        assertThat(web.fetch("192.0.2.1:8080")).isEqualTo(HELLO);

        remove(web, other);
    }

    @Test
    void rangeOfPortsOnOneAddress_isThatAddressesAlone() {
        Podman.Container web = podman.start(
                "r1", "--network", "blue", "-p", "192.0.2.1:8090:80", "-p", "192.0.2.1:8091:80");

        assertThat(fetch("outside", "192.0.2.1:8090")).isEqualTo(HELLO);
        assertThat(fetch("outside", "192.0.2.1:8091")).isEqualTo(HELLO);
        assertThat(host.sh("timeout 5 busybox wget -q -O - http://127.0.0.1:8090/")
                        .code())
                .as("another address of the host")
                .isNotZero();

        remove(web);
    }

    @Test
    void portOfAContainerThatIsReplaced_leadsToTheNextOne() {
        Podman.Container first = podman.start("s1", "--network", "blue", "-p", "8085:80");
        assertThat(fetch("outside", "192.0.2.1:8085")).isEqualTo(HELLO);
        podman.run("restart", "-t", "0", "s1").ok();
        assertThat(fetch("outside", "192.0.2.1:8085")).isEqualTo(HELLO);
        remove(first);

        Podman.Container second = podman.start("s2", "--network", "blue", "-p", "8085:80");

        assertThat(fetch("outside", "192.0.2.1:8085")).isEqualTo(HELLO);
        remove(second);
    }

    private String fetch(String netns, String server) {
        String enter = netns.isEmpty() ? "" : "nsenter --net=/run/netns/" + netns + " ";
        return host.sh(enter + "timeout 5 busybox wget -q -O - http://" + server + "/")
                .ok()
                .output();
    }

    @Test
    void askedAddressAndMac_areTheContainers() {
        Podman.Container a = podman.start(
                "d1",
                "--network",
                "blue",
                "--ip",
                "10.90.0.77",
                "--mac-address",
                "02:00:00:00:00:77");

        assertThat(a.addresses("eth0").ip4()).isEqualTo("10.90.0.77");
        assertThat(a.exec("cat", "/sys/class/net/eth0/address").ok().output())
                .isEqualTo("02:00:00:00:00:77\n");

        remove(a);
    }

    @Test
    void askedAddressThatIsTaken_isRefusedAndNothingIsLeft() {
        Podman.Container a = podman.start("e1", "--network", "blue", "--ip", "10.90.0.78");

        Ran second = podman.run(
                "run",
                "-d",
                "--name",
                "e2",
                "--network",
                "blue",
                "--ip",
                "10.90.0.78",
                "--cgroup-parent",
                "/" + host.name(),
                TestImage.NAME,
                "httpd",
                "-f");

        assertThat(second.refused().error()).contains("10.90.0.78");
        assertThat(host.vethLinks()).hasSize(1);
        podman.run("rm", "-f", "e2").ok();
        remove(a);
    }

    @Test
    void twoNetworks_areTwoLinksThatBothAnswer() {
        Podman.Container both = podman.start(
                "f1",
                "--network",
                "blue:ip=10.90.0.79,mac=02:00:00:00:00:79",
                "--network",
                "green");
        Podman.Container blue = podman.start("f2", "--network", "blue");
        Podman.Container green = podman.start("f3", "--network", "green");
        String onBlue = blue.addresses("eth0").ip4();
        String onGreen = green.addresses("eth0").ip4();

        // Which of the two is eth0 is podman's choice.
        assertThat(both.exec("ip", "addr").ok().output()).contains("10.90.0.79/24", "10.91.0.");
        assertThat(both.fetch(onBlue)).isEqualTo(HELLO);
        assertThat(both.fetch(onGreen)).isEqualTo(HELLO);
        assertThat(blue.fetch("10.90.0.79")).isEqualTo(HELLO);

        remove(both, blue, green);
    }

    @Test
    void defaultNetwork_isTheOneOfDebiansPackage() throws IOException {
        host.write(
                "/etc/cni/net.d/87-podman-bridge.conflist",
                PrivateHost.resource("87-podman-bridge.conflist"));
        try {
            Podman.Container a = podman.start("g1", "-p", "8081:80");
            String address = a.addresses("eth0").ip4();

            assertThat(address).startsWith("10.88.0.");
            assertThat(ask(a, Outside.IP4)).isEqualTo(Outside.HOST_IP4);
            assertThat(fetch("outside", "192.0.2.1:8081")).isEqualTo(HELLO);

            remove(a);
        } finally {
            Files.delete(host.path("/etc/cni/net.d/87-podman-bridge.conflist"));
        }
    }

    /** Only the test's own containers are there, so their removal must leave nothing at all. */
    private void remove(Podman.Container... containers) {
        List<String> addresses = new ArrayList<>();
        for (Podman.Container container : containers) {
            Matcher matcher =
                    ADDRESS.matcher(container.exec("ip", "-o", "addr").ok().output());
            while (matcher.find()) {
                addresses.add(matcher.group(1));
            }
        }

        for (Podman.Container container : containers) {
            container.remove();
        }

        assertThat(addresses).isNotEmpty();
        assertThat(host.leftovers(addresses.toArray(String[]::new))).isEmpty();
    }
}
