// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;

import org.junit.jupiter.api.Test;

final class FaultLibcTest {
    private final FaultLibc fault = new FaultLibc(new FfmLibc());
    private final Libc libc = fault.libc();

    @Test
    void nthCallOfAName_failsAlone() {
        fault.fail("open", 2, Errno.EMFILE);

        int first = open();
        int second = open();
        int third = open();

        assertThat(second).isEqualTo(Errno.EMFILE.negated());
        assertThat(libc.close(first) + libc.close(third)).isZero();
    }

    @Test
    void callByItsPlaceAmongAll_failsAndIsNotMade() {
        fault.failAt(2, Errno.EIO);
        int fd = open();

        assertThat(libc.read(fd, new byte[1], 0, 1)).isEqualTo(Errno.EIO.negated());
        assertThat(libc.read(fd, new byte[1], 0, 1)).isZero();
        assertThat(libc.close(fd)).isZero();
    }

    @Test
    void failedClose_closesAsTheKernelDoes() {
        fault.fail("close", 1, Errno.EIO);
        int fd = open();

        assertThat(libc.close(fd)).isEqualTo(Errno.EIO.negated());
        assertThat(libc.close(fd)).isEqualTo(Errno.EBADF.negated());
    }

    @Test
    void everyCallOfAName_fails() {
        fault.failAll("fsync", Errno.EBADF);

        assertThat(libc.fsync(0)).isEqualTo(libc.fsync(0)).isEqualTo(Errno.EBADF.negated());
        assertThat(fault.count("fsync")).isEqualTo(2);
    }

    @Test
    void longAnswer_canFailToo() {
        fault.failAll("fsType", Errno.EBADF);

        assertThat(libc.fsType(0)).isEqualTo(Errno.EBADF.negated());
    }

    @Test
    void callsThatCannotFail_areLeftAlone() {
        fault.failAt(1, Errno.EPERM);

        assertThat(libc.getpid()).isPositive();
        assertThat(fault.calls().getFirst().canFail()).isFalse();
    }

    @Test
    void calls_areListedWithArgumentsAndAnswer() {
        fault.fail("pipe2", 1, Errno.ENFILE);
        libc.pipe2(new int[2], 0);

        assertThat(fault.calls()).hasToString("[1: pipe2#1(int[2], 0) = -23 (fault)]");
    }

    @Test
    void killed_stopsThatCallAndAllLater() {
        fault.killAt(2);
        int fd = open();

        assertThatThrownBy(() -> libc.close(fd)).isInstanceOf(FaultLibc.Killed.class);
        assertThatThrownBy(() -> libc.close(fd)).isInstanceOf(FaultLibc.Killed.class);
        assertThat(new FfmLibc().close(fd))
                .as("closed by the kill")
                .isEqualTo(Errno.EBADF.negated());
    }

    @Test
    void misspelledCall_isRefused() {
        assertThatThrownBy(() -> fault.fail("opne", 1, Errno.EIO))
                .hasMessage("Libc has no call opne");
    }

    private int open() {
        return libc.open("/dev/null", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
    }
}
