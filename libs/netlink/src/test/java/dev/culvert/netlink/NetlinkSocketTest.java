// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Answers that are missing, late, too long or interrupted. */
final class NetlinkSocketTest {
    private static final int INTERRUPTED = Nl.NLM_F_DUMP_INTR;
    private static final int LONGER_THAN_THE_BUFFER = 20_000;

    private static List<Integer> dump(FakeNetlink kernel) {
        return kernel.socket()
                .dump("things", FakeNetlink.TYPE, w -> w.u32(0), NlReader::u32, Errno.ENOENT);
    }

    private static ErrnoException failure(Runnable body) {
        return catchThrowableOfType(ErrnoException.class, body::run);
    }

    private static Reply<Void> tell(Batch batch, String object, Errno... tolerated) {
        return batch.tell("make thing", object, FakeNetlink.TYPE, 0, w -> w.u32(0), tolerated);
    }

    @Test
    void dump_collectsAllMessages() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.tell(sequence, 0, 1, 0);
            answers.tell(sequence, 0, 2, 0);
            answers.finish(sequence, 0);
        });

        assertThat(dump(kernel)).containsExactly(1, 2);
        assertThat(kernel.pauses()).isEmpty();
    }

    @Test
    void dumpThatIsInterruptedFourTimes_isAskedAFifthTime() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.tell(sequence, sequence < 3 ? INTERRUPTED : 0, sequence, 0);
            answers.finish(sequence, sequence == 3 || sequence == 4 ? INTERRUPTED : 0);
        });

        assertThat(dump(kernel)).containsExactly(5);
        assertThat(kernel.pauses()).containsExactly(1, 2, 4, 8);
    }

    @Test
    void dumpThatIsInterruptedFiveTimes_isAnErrorToTryAgain() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.tell(sequence, INTERRUPTED, 1, 0);
            answers.finish(sequence, INTERRUPTED);
        });

        ErrnoException failure = failure(() -> dump(kernel));

        assertThat(failure.errno()).isEqualTo(Errno.EAGAIN);
        assertThat(failure).hasMessageContaining("list things").hasMessageContaining("5 times");
        assertThat(kernel.sequences()).hasSize(5);
        assertThat(kernel.pauses()).as("none after the last").containsExactly(1, 2, 4, 8);
    }

    @Test
    void dumpThatEndsWithEintr_isAskedAgain() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.tell(sequence, 0, sequence, 0);
            answers.finish(sequence, 0, sequence == 1 ? Errno.EINTR : Errno.UNKNOWN);
        });

        assertThat(dump(kernel)).containsExactly(2);
    }

    @Test
    void dumpThatFailsOnItsWay_isAnError() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.tell(sequence, 0, sequence, 0);
            answers.finish(sequence, 0, Errno.ENOMEM);
        });

        assertThat(failure(() -> dump(kernel)).errno()).isEqualTo(Errno.ENOMEM);
    }

    @Test
    void dumpWithADatagramThatWasCut_isReadToItsEndAndAskedAgain() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.tell(sequence, 0, 1, LONGER_THAN_THE_BUFFER);
            answers.tell(sequence, 0, 2, 0);
            answers.finish(sequence, 0);
        });

        assertThat(dump(kernel)).containsExactly(1, 2);
        assertThat(kernel.sequences()).containsExactly(1, 2);
    }

    @Test
    void dumpWithoutAnEnd_isNoAnswer() {
        FakeNetlink kernel =
                new FakeNetlink((answers, sequence) -> answers.tell(sequence, 0, 1, 0));

        assertThat(failure(() -> dump(kernel)).errno()).isIn(Errno.EAGAIN, Errno.EBUSY);
    }

    @Test
    void refusedDump_isAnErrorUnlessItMeansNothingThere() {
        FakeNetlink refusing =
                new FakeNetlink((answers, sequence) -> answers.acknowledge(sequence, Errno.EPERM));
        FakeNetlink empty =
                new FakeNetlink((answers, sequence) -> answers.acknowledge(sequence, Errno.ENOENT));

        assertThat(failure(() -> dump(refusing)).errno()).isEqualTo(Errno.EPERM);
        assertThat(dump(empty)).isEmpty();
    }

    @Test
    void dumpWithAnOverrunBuffer_isReadToItsEndAndAskedAgain() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.tell(sequence, 0, 1, 0);
            if (sequence == 1) {
                answers.fail(Errno.ENOBUFS);
            } else {
                answers.tell(sequence, 0, 2, 0);
            }
            answers.finish(sequence, 0);
        });

        assertThat(dump(kernel)).containsExactly(1, 2);
        assertThat(kernel.sequences()).containsExactly(1, 2);
        assertThat(kernel.pauses()).containsExactly(1);
    }

    @Test
    void dumpsThatAllOverrunTheBuffer_areAnErrorToTryAgain() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.fail(Errno.ENOBUFS);
            answers.finish(sequence, 0);
        });

        assertThat(failure(() -> dump(kernel)).errno()).isEqualTo(Errno.EAGAIN);
        assertThat(kernel.sequences()).hasSize(5);
    }

    @Test
    void overrunsWithoutAnEnd_areNotReadForEver() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            for (int i = 0; i < 3; i++) {
                answers.fail(Errno.ENOBUFS);
            }
        });

        assertThat(failure(() -> dump(kernel)).errno()).isIn(Errno.EAGAIN, Errno.EBUSY);
    }

    @Test
    void exchangeWithAnOverrunBuffer_isAnErrorToTryAgain() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> answers.fail(Errno.ENOBUFS));
        NetlinkSocket socket = kernel.socket();
        Batch batch = socket.batch();
        tell(batch, "a");

        assertThat(failure(() -> socket.exchange(batch)).errno()).isEqualTo(Errno.ENOBUFS);
    }

    @Test
    void batch_isAnsweredByNumberWhateverTheOrder() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            if (sequence == 2) {
                answers.acknowledge(2, Errno.ENODEV);
                answers.acknowledge(1, Errno.EEXIST);
            }
        });
        NetlinkSocket socket = kernel.socket();
        Batch batch = socket.batch();
        Reply<Void> first = tell(batch, "a", Errno.EEXIST);
        tell(batch, "b");

        ErrnoException failure = failure(() -> socket.exchange(batch));

        assertThat(failure).hasMessage("make thing b: ENODEV (No such device)");
        assertThat(first.failedWith(Errno.EEXIST)).isTrue();
    }

    @Test
    void firstRefusal_isTheOneThatIsThrown() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) ->
                answers.acknowledge(sequence, sequence == 1 ? Errno.UNKNOWN : Errno.EBUSY));
        NetlinkSocket socket = kernel.socket();
        Batch batch = socket.batch();
        List.of("a", "b", "c").forEach(object -> tell(batch, object));

        assertThat(failure(() -> socket.exchange(batch))).hasMessageStartingWith("make thing b:");
    }

    @Test
    void answerThatNeverCame_isAnErrorThatSaysSo() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            if (sequence == 1) {
                answers.acknowledge(sequence, Errno.UNKNOWN);
            }
        });
        NetlinkSocket socket = kernel.socket();
        Batch batch = socket.batch();
        tell(batch, "a");
        tell(batch, "b");

        assertThat(failure(() -> socket.exchange(batch)))
                .hasMessageContaining("make thing b")
                .hasMessageContaining("did not answer");
    }

    @Test
    void answersToAnEarlierExchange_areNotTakenForThisOne() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            if (sequence == 1) {
                answers.fail(Errno.ENOBUFS);
                answers.acknowledge(1, Errno.EPERM);
                answers.tell(1, 0, 7, 0);
            }
            if (sequence == 2) {
                answers.acknowledge(2, Errno.UNKNOWN);
            }
        });
        NetlinkSocket socket = kernel.socket();
        Batch first = socket.batch();
        tell(first, "a");
        assertThat(failure(() -> socket.exchange(first)).errno()).isEqualTo(Errno.ENOBUFS);
        Batch second = socket.batch();
        Reply<Void> reply = tell(second, "b");

        socket.exchange(second);

        assertThat(reply.failed()).isFalse();
    }

    @Test
    void interruptedSendAndRecv_areMadeAgain() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            answers.fail(Errno.EINTR);
            answers.acknowledge(sequence, Errno.UNKNOWN);
        });
        kernel.refuseSend(Errno.EINTR);
        NetlinkSocket socket = kernel.socket();
        Batch batch = socket.batch();
        tell(batch, "a");

        socket.exchange(batch);

        assertThat(kernel.sequences()).containsExactly(1);
    }

    @Test
    void refusedSend_isAnError() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {});
        kernel.refuseSend(Errno.EPERM);
        NetlinkSocket socket = kernel.socket();
        Batch batch = socket.batch();
        tell(batch, "a");

        assertThat(failure(() -> socket.exchange(batch)).errno()).isEqualTo(Errno.EPERM);
    }

    @Test
    void emptyBatch_isNotSent() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {});

        NetlinkSocket socket = kernel.socket();
        socket.exchange(socket.batch());

        assertThat(kernel.sequences()).isEmpty();
    }

    @Test
    void manyRequests_areSentInPartsWhoseAnswersHaveRoom() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) ->
                answers.acknowledge(sequence, sequence == 70 ? Errno.EBUSY : Errno.UNKNOWN));
        NetlinkSocket socket = kernel.socket();
        Batch batch = socket.batch();
        for (int i = 1; i <= 100; i++) {
            tell(batch, "number " + i);
        }

        assertThat(failure(() -> socket.exchange(batch)))
                .hasMessageStartingWith("make thing number 70:");
        assertThat(kernel.sends()).isEqualTo(4);
        assertThat(kernel.sequences()).as("those after the refusal run too").hasSize(100);
    }

    @Test
    void messagesThatAreAnsweredTogether_goTogether() {
        FakeNetlink kernel = new FakeNetlink((answers, sequence) -> {
            if (sequence == 1001) {
                answers.acknowledge(sequence, Errno.UNKNOWN);
            }
        });
        NetlinkSocket socket = kernel.socket();
        Batch batch = socket.batch();
        for (int i = 1; i <= 1000; i++) {
            batch.post("make thing", "", FakeNetlink.TYPE, 0, w -> w.u32(0));
        }
        tell(batch, "last");

        socket.exchange(batch);

        assertThat(kernel.sends()).isEqualTo(1);
    }
}
