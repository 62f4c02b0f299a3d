// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Intruder;
import dev.culvert.wire.link.Link;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Root of the container works against the call that attaches it. */
@InNetns(mayLeave = true)
final class HostileContainerTest {
    private static final int CALLS = 5;
    /** A call is short: it may be over before it is found. */
    private static final int CALLS_MAX = 200;

    private final Intruder intruder = new Intruder();
    private final AtomicBoolean over = new AtomicBoolean();
    private Stage stage;

    private interface Deed {
        void run() throws Exception;
    }

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    /** Does something over and over inside the container while the body runs outside. */
    private void during(Deed inside, Runnable body) throws Exception {
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                stage.container().call(() -> {
                    while (!over.get()) {
                        inside.run();
                    }
                    return null;
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            body.run();
        } finally {
            over.set(true);
            thread.join();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = World.class,
            names = {"HERE", "NATIVE"})
    void forgedAnswers_areNotTakenForTheKernels(World world) throws Exception {
        Call add = stage.add("bridge");

        during(() -> intruder.forge(1), () -> {
            for (int i = 0; i < CALLS || i < CALLS_MAX && intruder.refused() == 0; i++) {
                String result = world.run(add).ok().output();
                world.run(add.verb("CHECK").set("prevResult", result)).ok();
                world.run(add.verb("DEL")).ok();
            }
        });

        assertThat(intruder.refused()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = World.class,
            names = {"HERE", "NATIVE"})
    void floodWhileTheLinkIsHeldDown_endsTheCallWithinItsLimitAndChangesNothing(World world)
            throws Exception {
        Call add = stage.warmed(stage.add("ptp"));
        List<String> before = stage.hostLines();

        during(this::holdDownAndFlood, () -> {
            Answer answer = world.run(add);
            if (answer.code() != 0) {
                assertThat(answer.output()).contains("wait for carrier");
            } else {
                world.run(add.verb("DEL")).ok();
            }
        });

        assertThat(stage.hostLines()).isEqualTo(before);
        assertThat(intruder.announced()).isPositive();
    }

    private void holdDownAndFlood() {
        try (NetlinkSocket socket = NetlinkSocket.open(new FfmLibc(), Linux.NETLINK_ROUTE)) {
            for (int i = 0; i < 100 && !over.get(); i++) {
                Batch batch = socket.batch();
                Link down = Link.named("eth0").withFlag(Link.IFF_UP, false);
                Links.set(batch, down, Errno.ENODEV);
                socket.exchange(batch);
                intruder.forge(10);
                intruder.announce(200);
            }
        }
    }
}
