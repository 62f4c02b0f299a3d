// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.netlink.NlAck;
import dev.culvert.wire.netlink.NlReader;

import java.util.Optional;
import java.util.function.Function;

/** The answer to one request of a {@link Batch}; to be read after the batch was exchanged. */
public final class Reply<T> {
    private final String operation;
    private final String object;
    private final Function<NlReader, T> decode;
    private final Errno[] tolerated;
    private Optional<T> value = Optional.empty();
    private Optional<NlAck> ack = Optional.empty();
    private boolean dataAnswers;

    Reply(String operation, String object, Function<NlReader, T> decode, Errno[] tolerated) {
        this.operation = operation;
        this.object = object;
        this.decode = decode;
        this.tolerated = tolerated;
    }

    /** The request asks for no acknowledgement: its data is the answer. */
    void answerWithData() {
        dataAnswers = true;
    }

    void data(NlReader payload) {
        value = Optional.ofNullable(decode.apply(payload));
        if (dataAnswers && ack.isEmpty()) {
            ack = Optional.of(new NlAck(0, "", -1));
        }
    }

    void answer(NlAck answer) {
        ack = Optional.of(answer);
    }

    boolean isAnswered() {
        return ack.isPresent();
    }

    void forget() {
        value = Optional.empty();
        ack = Optional.empty();
    }

    /** Throws unless the request succeeded or failed as its maker tolerates. */
    public void check() {
        NlAck answer = ack.orElseThrow(() -> ErrnoException.because(
                operation, object, Errno.EPROTO.negated(), "the kernel did not answer"));
        if (answer.error() < 0 && !isTolerated(answer.error())) {
            throw ErrnoException.ofKernel(operation, object, answer.error(), answer.message());
        }
    }

    private boolean isTolerated(int error) {
        for (Errno errno : tolerated) {
            if (errno.negated() == error) {
                return true;
            }
        }
        return false;
    }

    /** 0, or the negated errno of the refusal, or of an answer that never came. */
    int error() {
        return ack.map(NlAck::error).orElse(Errno.EPROTO.negated());
    }

    /** What the kernel told, if it did. */
    public Optional<T> value() {
        return value;
    }

    /** Whether the request was refused with a tolerated error. */
    public boolean failed() {
        return ack.isPresent() && ack.get().error() < 0;
    }

    /** Whether the request was refused with this error. */
    public boolean failedWith(Errno errno) {
        return ack.isPresent() && ack.get().error() == errno.negated();
    }

    /** The refusal as an exception, for a caller that tolerated it to look first. */
    public ErrnoException toException() {
        NlAck answer = ack.orElseThrow();
        return ErrnoException.ofKernel(operation, object, answer.error(), answer.message());
    }
}
