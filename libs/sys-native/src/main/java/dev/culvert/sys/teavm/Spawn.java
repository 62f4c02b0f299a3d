// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys.teavm;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Linux;

import org.teavm.interop.Address;

/**
 * A program to start by fork and exec.
 *
 * <p>posix_spawn has no way to ask for PR_SET_PDEATHSIG, which is wanted so that a foreign IPAM
 * plugin does not go on when its caller was killed. What posix_spawn tells by its answer, a missing
 * program for example, comes here from the child through a pipe that the exec closes. The mask is
 * emptied because TeaVM's runtime blocks a signal.
 */
final class Spawn {
    private static final int PR_SET_PDEATHSIG = 1;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_SIZE = 8;
    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final String path;
    private final String[] arguments;
    private final byte[][] environment;

    Spawn(String path, String[] arguments, byte[][] environment) {
        this.path = path;
        this.arguments = arguments;
        this.environment = environment;
    }

    /** Answers the pid or a negated errno; streams are the descriptors that become 0, 1 and 2. */
    int start(int[] streams) {
        if (overwritten(streams) || anyCut()) {
            return Errno.EINVAL.negated();
        }
        int[] pipe = new int[2];
        int answer = allOpen(streams);
        if (answer >= 0) {
            answer = openPipe(pipe);
        }
        if (answer < 0) {
            return answer;
        }
        byte[] program = CLibc.c(path);
        byte[] mask = new byte[SIGSET_SIZE];
        byte[] report = new byte[4];
        Address argv = table(encoded(arguments));
        Address envp = table(environment);
        int parent = C.getpid();
        int pid = CLibc.result(C.fork());
        if (pid == 0) {
            int errno = become(program, argv, envp, streams, mask, parent);
            Address.ofData(report).putInt(errno);
            C.write(pipe[1], Address.ofData(report), 4);
            C.exit(127);
        }
        C.free(argv);
        C.free(envp);
        C.close(pipe[1]);
        int started = pid < 0 ? pid : outcome(pid, pipe[0], report);
        C.close(pipe[0]);
        return started;
    }

    /** In the child: allocates nothing, and comes back only with the errno of what failed. */
    private static int become(
            byte[] program, Address argv, Address envp, int[] streams, byte[] mask, int parent) {
        C.prctl(PR_SET_PDEATHSIG, Linux.SIGKILL);
        if (C.getppid() != parent) {
            C.exit(127); // It died before prctl: the signal will not come.
        }
        for (int i = 0; i < 3; i++) {
            // dup2 of a descriptor on itself does nothing, and would leave it to be closed by the
            // exec.
            int answer = streams[i] == i ? C.fcntl(i, F_SETFD, 0) : C.dup2(streams[i], i);
            if (answer < 0) {
                return C.errnoLocation().getInt();
            }
        }
        C.signal(CLibc.SIGPIPE, Address.fromInt(CLibc.SIG_DFL));
        C.signal(CLibc.SIGXFSZ, Address.fromInt(CLibc.SIG_DFL));
        C.sigprocmask(
                C.sigprocmaskNumber(),
                SIG_SETMASK,
                Address.ofData(mask),
                Address.fromInt(0),
                SIGSET_SIZE);
        C.execve(Address.ofData(program), argv, envp);
        return C.errnoLocation().getInt();
    }

    /** The pid once the exec has closed the pipe, or what the child reported before it ended. */
    private static int outcome(int pid, int pipe, byte[] report) {
        int count;
        do {
            count = CLibc.result(C.read(pipe, Address.ofData(report), 4));
        } while (count == Errno.EINTR.negated());
        if (count != 4) {
            return pid;
        }
        int errno = Address.ofData(report).getInt();
        int[] status = new int[1];
        int answer;
        do {
            answer = CLibc.result(C.waitpid(pid, Address.ofData(status), 0));
        } while (answer == Errno.EINTR.negated());
        return -errno;
    }

    /**
     * A pipe that an exec closes and whose ends are not 0, 1 or 2, which the child is about to
     * replace.
     */
    static int openPipe(int[] pipe) {
        int answer = CLibc.result(C.pipe2(Address.ofData(pipe), Linux.O_CLOEXEC));
        for (int i = 0; i < 2 && answer == 0; i++) {
            if (pipe[i] < 3) {
                int moved = CLibc.result(C.fcntl(pipe[i], F_DUPFD_CLOEXEC, 3));
                C.close(pipe[i]);
                if (moved < 0) {
                    C.close(pipe[1 - i]);
                    return moved;
                }
                pipe[i] = moved;
            }
        }
        return answer;
    }

    /** Asked before the pipe is made, whose ends may well get the number of a closed one. */
    private static int allOpen(int[] streams) {
        int answer = 0;
        for (int i = 0; i < 3 && answer >= 0; i++) {
            answer = CLibc.result(C.fcntl(streams[i], F_GETFD, 0));
        }
        return answer;
    }

    /** Whether a stream is asked for that an earlier one has replaced by then. */
    private static boolean overwritten(int[] streams) {
        for (int i = 1; i < 3; i++) {
            int from = streams[i];
            if (from >= 0 && from < i && streams[from] != from) {
                return true;
            }
        }
        return false;
    }

    private boolean anyCut() {
        boolean cut = CLibc.isCut(path);
        for (String text : arguments) {
            cut |= CLibc.isCut(text);
        }
        for (byte[] text : environment) {
            cut |= CLibc.isCut(text);
        }
        return cut;
    }

    private static byte[][] encoded(String[] texts) {
        byte[][] encoded = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            encoded[i] = Utf8.encode(texts[i]);
        }
        return encoded;
    }

    /** One block from malloc: the table of pointers, then the texts. */
    private static Address table(byte[][] texts) {
        byte[][] encoded = new byte[texts.length][];
        int size = (texts.length + 1) * 8;
        for (int i = 0; i < texts.length; i++) {
            encoded[i] = CLibc.c(texts[i]);
            size += encoded[i].length;
        }
        Address block = C.malloc(size);
        int at = (texts.length + 1) * 8;
        for (int i = 0; i < texts.length; i++) {
            Address.moveMemoryBlock(Address.ofData(encoded[i]), block.add(at), encoded[i].length);
            block.add(i * 8).putAddress(block.add(at));
            at += encoded[i].length;
        }
        block.add(texts.length * 8).putLong(0);
        return block;
    }
}
