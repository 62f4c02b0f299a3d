// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlAck;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Requests that go to the kernel together: in one send, or in a few when there are many. A batch of
 * rtnetlink is not a transaction: requests after a failed one still run, so whoever undoes a batch
 * undoes all of it.
 */
public final class Batch {
    private final NlWriter writer = new NlWriter();
    private final List<Reply<?>> replies = new ArrayList<>();
    /** Where each message begins. */
    private final List<Integer> starts = new ArrayList<>();

    private final int firstSequence;

    Batch(int firstSequence) {
        this.firstSequence = firstSequence;
    }

    /**
     * Adds a request that is only acknowledged.
     *
     * @param operation verb and noun for errors, "create link"
     * @param object what it is about
     * @param flags NLM_F_* besides REQUEST and ACK
     * @param tolerated refusals that are not thrown
     */
    public Reply<Void> tell(
            String operation,
            String object,
            int type,
            int flags,
            Consumer<NlWriter> body,
            Errno... tolerated) {
        return add(new Reply<>(operation, object, payload -> null, tolerated), type, flags, body);
    }

    /** Adds a question with one answer; otherwise like {@link #tell}. */
    public <T> Reply<T> ask(
            String operation,
            String object,
            int type,
            int flags,
            Consumer<NlWriter> body,
            Function<NlReader, T> decode,
            Errno... tolerated) {
        return add(new Reply<>(operation, object, decode, tolerated), type, flags, body);
    }

    private <T> Reply<T> add(Reply<T> reply, int type, int flags, Consumer<NlWriter> body) {
        write(reply, type, flags | Nl.NLM_F_REQUEST | Nl.NLM_F_ACK, body);
        return reply;
    }

    /**
     * Adds a question that is answered by data or by a refusal, without an acknowledgement besides:
     * one datagram less. For questions whose answer is one message.
     */
    public <T> Reply<T> askOnce(
            String operation,
            String object,
            int type,
            Consumer<NlWriter> body,
            Function<NlReader, T> decode,
            Errno... tolerated) {
        Reply<T> reply = new Reply<>(operation, object, decode, tolerated);
        reply.answerWithData();
        write(reply, type, Nl.NLM_F_REQUEST, body);
        return reply;
    }

    /**
     * Adds a message that the kernel answers only when it refuses it, as in an nftables
     * transaction, where the last message's acknowledgement stands for all. It counts as done until
     * a refusal comes.
     */
    public Reply<Void> post(
            String operation, String object, int type, int flags, Consumer<NlWriter> body) {
        Reply<Void> reply = new Reply<>(operation, object, payload -> null, new Errno[0]);
        reply.answer(new NlAck(0, "", -1));
        write(reply, type, flags | Nl.NLM_F_REQUEST, body);
        return reply;
    }

    private void write(Reply<?> reply, int type, int flags, Consumer<NlWriter> body) {
        starts.add(writer.end().size());
        writer.begin(type, flags, firstSequence + replies.size());
        body.accept(writer);
        replies.add(reply);
    }

    public boolean isEmpty() {
        return replies.isEmpty();
    }

    NlWriter ended() {
        return writer.end();
    }

    /** Where a message ends, of a batch that is ended. */
    int endOf(int index) {
        return index + 1 < starts.size() ? starts.get(index + 1) : writer.size();
    }

    public List<Reply<?>> replies() {
        return replies;
    }

    int firstSequence() {
        return firstSequence;
    }
}
