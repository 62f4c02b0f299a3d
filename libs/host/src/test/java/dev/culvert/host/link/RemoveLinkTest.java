// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.net.Mac;
import dev.culvert.os.Netns;
import dev.culvert.sys.Detached;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.DetachingLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;

/**
 * The deletion of a pair, by a child that asks for it, and what happens when the child or its news
 * are lost.
 */
@InNetns
final class RemoveLinkTest {
    private static final Libc LIBC = new FfmLibc();
    private static final Mark MARK = new Mark("net", "pod", "eth0");

    private final Witness host = new Witness();
    private TestNetns container;

    @BeforeEach
    void makePair() {
        container = TestNetns.create("pod");
        host.run(
                "ip",
                "link",
                "add",
                MARK.hostLinkName(),
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                container.name());
        host.run("ip", "link", "set", MARK.hostLinkName(), "alias", MARK.label());
    }

    @AfterEach
    void close() {
        container.close();
    }

    private boolean remove(Libc libc, DeleteMode mode) {
        try (Site site = new Site(libc, Netns.find(libc, container.path()))) {
            return new RemoveLink(MARK, "veth", mode).removePair(site);
        }
    }

    private static RemoveLink.Known withMac(String mac) {
        return link -> link.mac().equals(Optional.of(Mac.parse(mac)));
    }

    private void assertGone() {
        assertThat(host.links()).containsExactly("lo");
        assertThat(container.witness().links()).containsExactly("lo");
    }

    /** A world where the child answers these bytes and does nothing. */
    private static Libc withChildThatAnswers(byte... answer) {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Detached.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("sendDetached")) {
                        return method.invoke(LIBC, arguments);
                    }
                    int[] pipe = new int[2];
                    LIBC.pipe2(pipe, Linux.O_CLOEXEC);
                    LIBC.write(pipe[1], answer, 0, answer.length);
                    LIBC.close(pipe[1]);
                    return pipe[0];
                });
    }

    @ParameterizedTest
    @EnumSource
    void pair_isGoneInEveryMode(DeleteMode mode) {
        assertThat(remove(new DetachingLibc(LIBC).libc(), mode)).isTrue();

        assertGone();
        assertThat(remove(new DetachingLibc(LIBC).libc(), mode)).isFalse();
    }

    @Test
    void announcedDeletion_doesNotWaitForTheAcknowledgement() {
        FaultLibc counted = new FaultLibc(new DetachingLibc(LIBC).libc());

        remove(counted.libc(), DeleteMode.ANNOUNCED);

        assertThat(counted.calls()).noneMatch(call -> call.name().equals("read"));
        assertGone();
    }

    @Test
    void namespaceWithoutTheOtherEnd_isNotWaitedFor() {
        try (TestNetns other = TestNetns.create("other");
                Site site =
                        new Site(new DetachingLibc(LIBC).libc(), Netns.find(LIBC, other.path()))) {
            assertThat(new RemoveLink(MARK, "veth", DeleteMode.ANNOUNCED).removePair(site))
                    .isTrue();
        }
        assertGone();
    }

    @Test
    void interruptions_areWaitedThrough() {
        FaultLibc faults = new FaultLibc(withChildThatAnswers())
                .fail("poll", 1, Errno.EINTR)
                .fail("read", 1, Errno.EINTR);

        assertThat(remove(faults.libc(), DeleteMode.ANNOUNCED)).isTrue();

        assertThat(faults.count("read")).isEqualTo(2);
        assertGone();
    }

    @Test
    void refusalOfTheKernel_isTheError() {
        Libc libc = withChildThatAnswers((byte) Errno.EPERM.number(), (byte) 0, (byte) 0, (byte) 0);

        assertThatThrownBy(() -> remove(libc, DeleteMode.ANNOUNCED))
                .isInstanceOf(ErrnoException.class)
                .hasMessage(
                        "delete link " + MARK.hostLinkName() + ": EPERM (Operation not permitted)");

        assertThat(host.links()).contains(MARK.hostLinkName());
        remove(LIBC, DeleteMode.ACKNOWLEDGED);
    }

    @Test
    void linkThatSomebodyElseDeletedMeanwhile_isGone() {
        Libc libc =
                withChildThatAnswers((byte) Errno.ENODEV.number(), (byte) 0, (byte) 0, (byte) 0);

        assertThat(remove(libc, DeleteMode.ANNOUNCED)).isTrue();

        assertGone();
    }

    @Test
    void childThatDiedWithoutAsking_isReplacedByOurselves() {
        assertThat(remove(withChildThatAnswers(), DeleteMode.ANNOUNCED)).isTrue();

        assertGone();
    }

    @Test
    void unreadableAnswer_isAnError() {
        FaultLibc faults = new FaultLibc(withChildThatAnswers()).fail("read", 1, Errno.EIO);

        assertThatThrownBy(() -> remove(faults.libc(), DeleteMode.ANNOUNCED))
                .hasMessageContaining("EIO");

        remove(LIBC, DeleteMode.ACKNOWLEDGED);
    }

    @Test
    void otherMark_isAnothersLink() {
        host.run(
                "ip",
                "link",
                "set",
                MARK.hostLinkName(),
                "alias",
                new Mark("net", "other", "eth0").label());

        assertThat(remove(LIBC, DeleteMode.ACKNOWLEDGED)).isFalse();

        assertThat(host.links()).contains(MARK.hostLinkName());
        host.run("ip", "link", "del", MARK.hostLinkName());
    }

    @Test
    void foreignPair_isRemovedFromInsideByItsAddress() {
        String text =
                container.witness().run("cat", "/sys/class/net/eth0/address").strip();
        for (String mac : List.of("02:00:00:00:00:01", text)) {
            Libc libc = new DetachingLibc(LIBC).libc();
            try (Site site = new Site(libc, Netns.find(libc, container.path()))) {
                new RemoveLink(MARK, "veth", DeleteMode.ANNOUNCED)
                        .removeForeign(site, withMac(mac));
            }
            assertThat(container.witness().links().contains("eth0")).isEqualTo(!mac.equals(text));
        }
        assertGone();
    }

    private void makeMacvlan(String name) {
        host.run("ip", "link", "add", "lower", "type", "veth", "peer", "name", "lower1");
        host.run("ip", "link", "set", "lower", "up");
        host.run(
                "ip",
                "link",
                "add",
                "link",
                "lower",
                "name",
                name,
                "netns",
                container.name(),
                "type",
                "macvlan");
    }

    private boolean removeInside(Libc libc, DeleteMode mode) {
        try (Site site = new Site(libc, Netns.find(libc, container.path()))) {
            return new RemoveLink(MARK, "macvlan", mode).removeInside(site);
        }
    }

    @ParameterizedTest
    @EnumSource
    void linkInTheContainer_isGoneInEveryMode(DeleteMode mode) {
        remove(LIBC, DeleteMode.ACKNOWLEDGED);
        makeMacvlan("eth0");
        container.witness().run("ip", "link", "set", "eth0", "alias", MARK.label());
        DetachingLibc detaching = new DetachingLibc(LIBC);

        assertThat(removeInside(detaching.libc(), mode)).isTrue();

        assertThat(container.witness().links()).containsExactly("lo");
        assertThat(detaching.sent()).isEqualTo(mode == DeleteMode.ANNOUNCED ? 1 : 0);
        assertThat(removeInside(detaching.libc(), mode)).isFalse();
        assertThat(host.links()).contains("lower");
        host.run("ip", "link", "del", "lower");
    }

    @ParameterizedTest
    @EnumSource
    void linkThatNeverGotItsName_isGoneToo(DeleteMode mode) {
        remove(LIBC, DeleteMode.ACKNOWLEDGED);
        makeMacvlan(MARK.hostLinkName());

        assertThat(removeInside(new DetachingLibc(LIBC).libc(), mode)).isTrue();

        assertThat(container.witness().links()).containsExactly("lo");
        host.run("ip", "link", "del", "lower");
    }

    @Test
    void refusalInTheContainer_isTheError() {
        remove(LIBC, DeleteMode.ACKNOWLEDGED);
        makeMacvlan("eth0");
        container.witness().run("ip", "link", "set", "eth0", "alias", MARK.label());
        Libc libc = withChildThatAnswers((byte) Errno.EPERM.number(), (byte) 0, (byte) 0, (byte) 0);

        assertThatThrownBy(() -> removeInside(libc, DeleteMode.ANNOUNCED))
                .hasMessage("delete link eth0: EPERM (Operation not permitted)");

        assertThat(removeInside(withChildThatAnswers(), DeleteMode.ANNOUNCED)).isTrue();
        assertThat(container.witness().links()).containsExactly("lo");
        host.run("ip", "link", "del", "lower");
    }

    @Test
    void linkInTheContainerOfAnotherOwnerOrKind_stays() {
        assertThat(removeInside(LIBC, DeleteMode.ACKNOWLEDGED)).isFalse();
        container.witness().run("ip", "link", "set", "eth0", "alias", MARK.label());
        assertThat(removeInside(LIBC, DeleteMode.ACKNOWLEDGED)).isFalse();
        assertThat(container.witness().links()).contains("eth0");
        remove(LIBC, DeleteMode.ACKNOWLEDGED);
        makeMacvlan("eth0");
        String other = new Mark("net", "other", "eth0").label();
        container.witness().run("ip", "link", "set", "eth0", "alias", other);
        String mac =
                container.witness().run("cat", "/sys/class/net/eth0/address").strip();

        assertThat(removeInside(LIBC, DeleteMode.ACKNOWLEDGED)).isFalse();
        try (Site site = new Site(LIBC, Netns.find(LIBC, container.path()))) {
            new RemoveLink(MARK, "macvlan", DeleteMode.ACKNOWLEDGED)
                    .removeForeign(site, withMac(mac));
        }

        assertThat(container.witness().links()).contains("eth0");
        host.run("ip", "link", "del", "lower");
    }

    @Test
    void foreignPairWithoutANamespace_isNoError() {
        try (Site site = new Site(LIBC, Optional.empty())) {
            new RemoveLink(MARK, "veth", DeleteMode.ACKNOWLEDGED)
                    .removeForeign(site, withMac("02:00:00:00:00:01"));
        }
        remove(LIBC, DeleteMode.ACKNOWLEDGED);
    }
}
