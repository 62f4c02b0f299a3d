// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.net.Mac;
import dev.culvert.os.Netns;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The pair of an attachment: made, and unmade when the next step fails. */
@InNetns
final class CreateVethTest {
    private static final Libc LIBC = new FfmLibc();
    private static final Mark MARK = new Mark("net", "pod", "eth0");

    private final Witness host = new Witness();
    private final TestNetns container = TestNetns.create("pod");

    @AfterEach
    void close() {
        container.close();
    }

    private void create(Libc libc, CreateVeth step, Runnable next) {
        try (Site site = new Site(libc, Netns.find(libc, container.path()));
                Undo undo = new Undo()) {
            step.apply(site, undo);
            next.run();
            undo.commit();
        }
    }

    private static CreateVeth step() {
        return new CreateVeth(
                MARK, 1400, Optional.of(Mac.parse("02:11:22:33:44:55")), Optional.empty());
    }

    private void assertNothingMade() {
        assertThat(host.links()).containsExactly("lo");
        assertThat(container.witness().links()).containsExactly("lo");
    }

    @Test
    void pair_isMadeAsAsked() {
        create(LIBC, step(), () -> {});

        assertThat(host.run("ip", "link", "show", MARK.hostLinkName()))
                .contains("mtu 1400")
                .doesNotContain("UP");
        assertThat(container.witness().run("ip", "link", "show", "eth0"))
                .contains("mtu 1400", "02:11:22:33:44:55")
                .doesNotContain("UP");
        new RemoveLink(MARK, "veth", DeleteMode.ACKNOWLEDGED)
                .removePair(new Site(LIBC, Optional.empty()));
    }

    @Test
    void failureAfterwards_takesThePairBack() {
        assertThatThrownBy(() -> create(LIBC, step(), () -> {
                    throw new IllegalStateException("the next step");
                }))
                .hasMessage("the next step")
                .hasNoSuppressedExceptions();

        assertNothingMade();
    }

    /**
     * The label is what undo and DEL know a pair by: without one it has to be taken back another
     * way.
     */
    @Test
    void pairThatGotNoLabel_isTakenBack() {
        Libc labelsLost = (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("send")) {
                        spoilLabel((byte[]) arguments[1]);
                    }
                    return method.invoke(LIBC, arguments);
                });

        assertThatThrownBy(() -> create(labelsLost, step(), () -> {}))
                .isInstanceOf(ErrnoException.class)
                .hasNoSuppressedExceptions();

        assertNothingMade();
    }

    /** Turns the attribute IFLA_IFALIAS into an impossible IFLA_MTU, which the kernel refuses. */
    private static void spoilLabel(byte[] messages) {
        int at = new String(messages, StandardCharsets.ISO_8859_1).indexOf("culvert ");
        if (at > 0) {
            messages[at - 2] = 4;
        }
    }

    @Test
    void takenIfname_isAConflictAndTheOtherLinkStays() {
        container.witness().run("ip", "link", "add", "eth0", "type", "bridge");

        assertThatThrownBy(() -> create(LIBC, step(), () -> {}))
                .isInstanceOf(ConflictException.class)
                .hasMessage("link eth0 exists in " + container.path());

        assertThat(host.links()).containsExactly("lo");
        assertThat(container.witness().links()).containsExactly("lo", "eth0");
    }

    @Test
    void description_isWhatAnAdministratorWouldType() {
        assertThat(new CreateVeth(
                                MARK,
                                0,
                                Optional.empty(),
                                Optional.of(new CreateVeth.Port("br0", true, false)))
                        .describe())
                .containsExactly(
                        "ip link add " + MARK.hostLinkName()
                                + " master br0 type veth peer name eth0 netns CONTAINER",
                        "ip link set " + MARK.hostLinkName() + " alias '" + MARK.label() + "'",
                        "ip link set " + MARK.hostLinkName()
                                + " type bridge_slave hairpin on isolated off");
    }
}
