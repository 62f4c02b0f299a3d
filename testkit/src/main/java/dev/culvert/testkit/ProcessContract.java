// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static dev.culvert.testkit.LibcContract.bytes;
import static dev.culvert.testkit.LibcContract.s32;
import static dev.culvert.testkit.LibcContract.text;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

/** The part of {@link LibcContract} about processes, pipes and the process's surroundings. */
final class ProcessContract {
    private static final String SHELL = "/bin/sh";
    private static final byte[][] NO_ENVIRONMENT = {};
    private static final int NOBODY = 99_999_999;
    private static final int SIGPIPE = 13;
    private static final int SIGXFSZ = 25;
    private static final int STATX_UID_AT = 20;
    private static final long FIONREAD = 0x541b;
    private static final long FIOCLEX = 0x5451;
    private static final long TUNSETIFF = 0x400454caL;

    private final Libc libc;
    private final String folder;
    private final ContractReport report;
    private final byte[] buffer = new byte[65_536];

    ProcessContract(Libc libc, String folder, ContractReport report) {
        this.libc = libc;
        this.folder = folder;
        this.report = report;
    }

    void pipes() {
        int[] pipe = new int[2];
        report.same("pipe2", 0, libc.pipe2(pipe, Linux.O_CLOEXEC | Linux.O_NONBLOCK));
        report.refused(
                "read while there is nothing", Errno.EAGAIN, libc.read(pipe[0], buffer, 0, 9));
        report.same("write", 3, libc.write(pipe[1], bytes("abc"), 0, 3));
        report.same("read", 3, libc.read(pipe[0], buffer, 0, 9));
        report.refused("position in a pipe", Errno.ESPIPE, libc.pread(pipe[0], buffer, 0, 9, 0));
        report.same("write for ioctl", 3, libc.write(pipe[1], bytes("abc"), 0, 3));
        byte[] waiting = new byte[4];
        report.same("ioctl FIONREAD", 0, libc.ioctl(pipe[0], FIONREAD, waiting));
        report.same("what it filled", 3, waiting[0]);
        report.same("ioctl FIOCLEX", 0, libc.ioctl(pipe[0], FIOCLEX, 0));
        report.refused("ioctl of another device", Errno.ENOTTY, libc.ioctl(pipe[0], TUNSETIFF, 0));
        report.refused("ioctl of no file", Errno.EBADF, libc.ioctl(-1, FIONREAD, waiting));
        report.same("read what waited", 3, libc.read(pipe[0], buffer, 0, 9));
        report.refused("fsync of a pipe", Errno.EINVAL, libc.fsync(pipe[1]));
        report.same("close the reading end", 0, libc.close(pipe[0]));
        report.refused(
                "write with nobody to read", Errno.EPIPE, libc.write(pipe[1], bytes("abc"), 0, 3));
        report.same("close the writing end", 0, libc.close(pipe[1]));
        report.refused("unknown flag", Errno.EINVAL, libc.pipe2(pipe, 1));
    }

    void spawn() {
        int[] in = new int[2];
        int[] out = new int[2];
        report.same("pipes", 0, libc.pipe2(in, Linux.O_CLOEXEC) + libc.pipe2(out, Linux.O_CLOEXEC));
        String script =
                "read line; echo \"$line $0 $1 $A $B\"; echo err >&2; grep SigBlk /proc/self/status; exit 3";
        int pid = libc.spawn(
                SHELL,
                new String[] {"sh", "-c", script, "nüll", "one two"},
                new byte[][] {bytes("A=1"), bytes("B=ü"), bytes("PATH=/usr/bin:/bin")},
                in[0],
                out[1],
                out[1]);
        report.holds("spawn", pid > 0);
        report.same("close the child's ends", 0, libc.close(in[0]) + libc.close(out[1]));
        int[] status = new int[1];
        report.same("not ended yet", 0, libc.waitpid(pid, status, Linux.WNOHANG));
        libc.write(in[1], bytes("héllo\n"), 0, 7);
        libc.close(in[1]);
        report.same(
                "output",
                "héllo nüll one two 1 ü\nerr\nSigBlk:\t0000000000000000\n",
                drain(out[0]));
        report.holds("waitpid", libc.waitpid(pid, status, 0) == pid);
        report.same("status", 3 << 8, status[0]);
        report.refused("waitpid again", Errno.ECHILD, libc.waitpid(pid, status, 0));
    }

    private String drain(int fd) {
        int size = 0;
        int count = libc.read(fd, buffer, 0, buffer.length);
        while (count > 0) {
            size += count;
            count = libc.read(fd, buffer, size, buffer.length - size);
        }
        libc.close(fd);
        return count < 0 ? Errno.describe(count) : text(buffer, 0, size);
    }

    void spawnRefused() {
        report.refused("missing program", Errno.ENOENT, start("/nonexistent/program"));
        report.refused("a folder", Errno.EACCES, start(folder));
        report.refused("below a file", Errno.ENOTDIR, start(SHELL + "/x"));
        report.refused("a zero in the path", Errno.EINVAL, start(SHELL + "\0"));
        String file = folder + "/program";
        int fd = libc.open(file, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_CLOEXEC, 0644);
        libc.write(fd, bytes("no program"), 0, 10);
        report.refused("not executable", Errno.EACCES, start(file));
        libc.fchmod(fd, 0755);
        report.refused("open for writing", Errno.ETXTBSY, start(file));
        libc.close(fd);
        report.same("no program format", -8, start(file));
        libc.unlink(file);
        String[] arguments = {"sh", "-c", "exit 0"};
        report.refused(
                "closed stdin",
                Errno.EBADF,
                libc.spawn(SHELL, arguments, NO_ENVIRONMENT, fd, 1, 2));
        report.refused(
                "negative stderr",
                Errno.EBADF,
                libc.spawn(SHELL, arguments, NO_ENVIRONMENT, 0, 1, -1));
        report.refused(
                "stream that is replaced before",
                Errno.EINVAL,
                libc.spawn(SHELL, arguments, NO_ENVIRONMENT, fd, 0, 2));
        report.refused("no child is left", Errno.ECHILD, libc.waitpid(NOBODY, new int[1], 0));
    }

    /** A text in the environment is whatever its bytes are. */
    void environment() {
        byte[] odd = {'A', '=', (byte) 0xff, (byte) 0xc3};
        report.same(
                "bytes that are no UTF-8",
                0,
                shell(odd, "[ \"$A\" = \"$(printf '\\377\\303')\" ]"));
        byte[] cut = {'A', '=', 0};
        report.refused(
                "a zero in the environment",
                Errno.EINVAL,
                libc.spawn(SHELL, new String[] {"sh"}, new byte[][] {cut}, 0, 1, 2));
    }

    private int shell(byte[] variable, String command) {
        int[] status = new int[1];
        int pid = libc.spawn(
                SHELL, new String[] {"sh", "-c", command}, new byte[][] {variable}, 0, 1, 2);
        return libc.waitpid(pid, status, 0) == pid ? status[0] : -1;
    }

    private int start(String path) {
        return libc.spawn(path, new String[] {"x"}, NO_ENVIRONMENT, 0, 1, 2);
    }

    /** Ends with 0 if the shell command does. */
    private int shell(String command) {
        int[] status = new int[1];
        int pid = libc.spawn(SHELL, new String[] {"sh", "-c", command}, NO_ENVIRONMENT, 0, 1, 2);
        return libc.waitpid(pid, status, 0) == pid ? status[0] : -1;
    }

    void descriptors() {
        int kept = libc.open("/dev/null", Linux.O_RDONLY, 0);
        int closed = libc.open("/dev/null", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        report.same(
                "without close-on-exec it is open in a child",
                0,
                shell("test -e /proc/self/fd/" + kept));
        report.same(
                "with close-on-exec it is not", 1 << 8, shell("test -e /proc/self/fd/" + closed));
        report.same("close", 0, libc.close(kept) + libc.close(closed));
    }

    void signals() {
        int[] status = new int[1];
        int pid = libc.spawn(
                SHELL, new String[] {"sh", "-c", "kill -STOP $$"}, NO_ENVIRONMENT, 0, 1, 2);
        report.same("kill", 0, libc.kill(pid, Linux.SIGKILL));
        report.holds("waitpid", libc.waitpid(pid, status, 0) == pid);
        report.same("status", Linux.SIGKILL, status[0] & 0x7f);
        report.same("a child does not ignore SIGPIPE", SIGPIPE, shell("kill -PIPE $$"));
        report.same(
                "a child does not ignore SIGXFSZ",
                SIGXFSZ,
                shell("ulimit -c 0; kill -XFSZ $$") & 0x7f);
        report.same("signal 0 to itself", 0, libc.kill(libc.getpid(), 0));
        report.refused("kill nobody", Errno.ESRCH, libc.kill(NOBODY, 0));
        report.refused("unknown signal", Errno.EINVAL, libc.kill(libc.getpid(), 999));
    }

    void itself() {
        int length = libc.readlink("/proc/self", buffer);
        report.holds("getpid", text(buffer, 0, length).equals(Integer.toString(libc.getpid())));
        byte[] status = new byte[Linux.STATX_SIZE];
        libc.close(libc.open(folder + "/own", Linux.O_WRONLY | Linux.O_CREAT, 0600));
        libc.statx(Linux.AT_FDCWD, folder + "/own", 0, Linux.STATX_BASIC_STATS, status);
        report.holds("owner of a new file", s32(status, STATX_UID_AT) == libc.geteuid());
        libc.unlink(folder + "/own");
        StringBuilder entries = new StringBuilder();
        for (byte[] entry : libc.environ()) {
            entries.append(text(entry, 0, entry.length)).append('\0');
        }
        String began = drain(libc.open("/proc/self/environ", Linux.O_RDONLY, 0));
        report.holds("environ", entries.toString().equals(began));
    }

    void clocksAndChance() {
        long before = libc.clockNanos(Linux.CLOCK_MONOTONIC);
        report.holds("monotonic", before > 0 && libc.clockNanos(Linux.CLOCK_MONOTONIC) >= before);
        report.holds("real", libc.clockNanos(Linux.CLOCK_REALTIME) > 1_700_000_000_000_000_000L);
        report.refused("unknown clock", Errno.EINVAL, libc.clockNanos(99));
        byte[] one = new byte[16];
        byte[] two = new byte[16];
        report.same("getrandom", 32, libc.getrandom(one, 0) + libc.getrandom(two, 0));
        boolean equal = true;
        for (int i = 0; i < one.length; i++) {
            equal &= one[i] == two[i];
        }
        report.holds("never the same", !equal);
        report.refused("unknown flag", Errno.EINVAL, libc.getrandom(one, 0x100));
    }
}
