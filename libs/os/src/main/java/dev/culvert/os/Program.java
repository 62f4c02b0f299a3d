// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Another program, run to its end with an input and with its outputs captured.
 *
 * <p>One thread serves the three pipes by poll, so neither side waits for the other however much is
 * written. The pipes block, since the flag would reach the program too; a write after POLLOUT takes
 * at most {@link #CHUNK} bytes, for which there is room then. We keep a reading end of the
 * program's input open while we write: a program that does not read its input ends without our
 * getting SIGPIPE.
 */
public final class Program {
    /** PIPE_BUF: poll reports a pipe as writable when it has room for so many bytes. */
    private static final int CHUNK = 4096;

    private static final int MAX_STARTS = 6;
    private static final int PAUSE_MILLIS = 1000;

    private final Libc libc;
    private final String path;
    private final String[] arguments;
    private final int[] in = {-1, -1};
    private final int[] out = {-1, -1};
    private final int[] err = {-1, -1};
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    /** What a program left: its wait status and its outputs. */
    public record Exit(int status, String stdout, String stderr) {
        public boolean isSuccess() {
            return status == 0;
        }

        /** "exit status 1" or "signal: 9". */
        public String describe() {
            int signal = status & 0x7f;
            return signal == 0 ? "exit status " + (status >> 8 & 0xff) : "signal: " + signal;
        }
    }

    private Program(Libc libc, String path, String[] arguments) {
        this.libc = libc;
        this.path = path;
        this.arguments = arguments;
    }

    /** Runs the program without arguments; as the other says. */
    public static Exit run(Libc libc, String path, byte[][] environment, String input) {
        return run(libc, path, List.of(), environment, input);
    }

    /**
     * Runs the program.
     *
     * @param words its arguments, without its own name
     * @throws ErrnoException if it cannot be started (ETXTBSY after six tries, a second apart) or
     *     served
     */
    public static Exit run(
            Libc libc, String path, List<String> words, byte[][] environment, String input) {
        List<String> arguments = new ArrayList<>(List.of(path));
        arguments.addAll(words);
        Program child = new Program(libc, path, arguments.toArray(new String[0]));
        try {
            child.pipe(child.in);
            child.pipe(child.out);
            child.pipe(child.err);
            return child.run(environment, Utf8.encode(input));
        } finally {
            child.closeAll(child.in);
            child.closeAll(child.out);
            child.closeAll(child.err);
        }
    }

    private Exit run(byte[][] environment, byte[] input) {
        int pid = start(environment);
        boolean served = false;
        try {
            closeEnd(out, 1);
            closeEnd(err, 1);
            serve(input);
            served = true;
        } finally {
            if (!served) {
                libc.kill(pid, Linux.SIGKILL);
                reap(pid);
            }
        }
        return new Exit(reap(pid), text(stdout), text(stderr));
    }

    private static String text(ByteArrayOutputStream output) {
        return Utf8.decode(output.toByteArray());
    }

    /** A plugin that is just being replaced is busy for a moment. */
    private int start(byte[][] environment) {
        int pid = Errno.ETXTBSY.negated();
        for (int i = 0; i < MAX_STARTS && pid == Errno.ETXTBSY.negated(); i++) {
            if (i > 0) {
                libc.poll(new byte[0], 0, PAUSE_MILLIS);
            }
            pid = libc.spawn(path, arguments, environment, in[0], out[1], err[1]);
        }
        return check("start", pid);
    }

    private void serve(byte[] input) {
        byte[] pollfds = new byte[3 * Streams.POLLFD_SIZE];
        byte[] buffer = new byte[CHUNK];
        int sent = 0;
        while (out[0] >= 0 || err[0] >= 0) {
            if (sent == input.length) {
                closeAll(in);
            }
            // A negative descriptor is skipped by poll.
            Streams.pollfd(pollfds, 0, out[0], Linux.POLLIN);
            Streams.pollfd(pollfds, 1, err[0], Linux.POLLIN);
            Streams.pollfd(pollfds, 2, in[1], Streams.POLLOUT);
            int ready = libc.poll(pollfds, 3, -1);
            if (ready == Errno.EINTR.negated()) {
                continue;
            }
            check("poll pipes of", ready);
            if (Streams.isReported(pollfds, 0)) {
                take(out, stdout, buffer);
            }
            if (Streams.isReported(pollfds, 1)) {
                take(err, stderr, buffer);
            }
            if (Streams.isReported(pollfds, 2)) {
                int count = libc.write(in[1], input, sent, Math.min(CHUNK, input.length - sent));
                sent += count == Errno.EINTR.negated() ? 0 : check("write input of", count);
            }
        }
    }

    private void take(int[] pipe, ByteArrayOutputStream sink, byte[] buffer) {
        int count = libc.read(pipe[0], buffer, 0, buffer.length);
        if (count == 0) {
            closeEnd(pipe, 0);
        } else if (count != Errno.EINTR.negated()) {
            sink.write(buffer, 0, check("read output of", count));
        }
        if (sink.size() > Streams.MAX_BYTES) {
            throw ErrnoException.because(
                    "read output of",
                    path,
                    Errno.EFBIG.number(),
                    "more than " + Streams.MAX_BYTES + " bytes");
        }
    }

    private int reap(int pid) {
        int[] status = new int[1];
        int answer = Errno.EINTR.negated();
        while (answer == Errno.EINTR.negated()) {
            answer = libc.waitpid(pid, status, 0);
        }
        check("wait for", answer);
        return status[0];
    }

    private void pipe(int[] ends) {
        check("make pipe for", libc.pipe2(ends, Linux.O_CLOEXEC));
    }

    private void closeEnd(int[] pipe, int end) {
        if (pipe[end] >= 0) {
            libc.close(pipe[end]);
            pipe[end] = -1;
        }
    }

    private void closeAll(int[] pipe) {
        closeEnd(pipe, 0);
        closeEnd(pipe, 1);
    }

    private int check(String operation, int answer) {
        if (answer < 0) {
            throw new ErrnoException(operation, path, answer);
        }
        return answer;
    }
}
