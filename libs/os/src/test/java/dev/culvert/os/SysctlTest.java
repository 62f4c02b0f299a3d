// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernel settings: read before they are written, and named when they can't be. */
@InNetns
final class SysctlTest {
    private static final String KEY = "net/ipv4/ip_forward";

    private final FaultLibc libc = new FaultLibc(new FfmLibc());
    private final Sysctl sysctl = new Sysctl(libc.libc());

    private static String found() {
        return new Witness().run("cat", "/proc/sys/" + KEY).strip();
    }

    @Test
    void otherValue_isWritten() {
        sysctl.ensure(KEY, "1");
        assertThat(found()).isEqualTo("1");

        sysctl.ensure(KEY, "0");
        assertThat(found()).isEqualTo("0");
        assertThat(sysctl.find(KEY)).contains("0");
    }

    @Test
    void sameValue_isNotWritten() {
        sysctl.ensure(KEY, "1");
        int writes = libc.count("pwrite");

        sysctl.ensure(KEY, "1");

        assertThat(libc.count("pwrite")).isEqualTo(writes);
        assertThat(libc.openDescriptors()).isEmpty();
    }

    @Test
    void missingKey_isFoundMissingAndCannotBeSet() {
        assertThat(sysctl.find("net/ipv4/no_such_key")).isEmpty();
        assertThat(sysctl.tryEnsure("net/ipv4/no_such_key", "1", "it is a test"))
                .isFalse();
        ErrnoException error = catchThrowableOfType(
                ErrnoException.class, () -> sysctl.ensure("net/ipv4/no_such_key", "1"));
        assertThat(error.errno()).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(error)
                .hasMessageContaining("net/ipv4/no_such_key to 1")
                .hasMessageContaining("no such setting");
    }

    @Test
    void settingThatCannotBeOpenedForWriting_isFineIfItIsRight() {
        new Witness().run("sh", "-c", "echo 1 >/proc/sys/" + KEY);
        libc.fail("open", 1, Errno.EROFS).fail("open", 3, Errno.EROFS);

        sysctl.ensure(KEY, "1");

        ErrnoException error =
                catchThrowableOfType(ErrnoException.class, () -> sysctl.ensure(KEY, "0"));
        assertThat(error)
                .hasMessage("set sysctl " + KEY + " to 0, found 1: EROFS (Read-only file system)");
    }

    @ParameterizedTest
    @CsvSource({"open,EACCES", "open,EMFILE", "pread,EIO", "pwrite,EROFS"})
    void optionalSetting_neverFails(String call, Errno errno) {
        new Witness().run("sh", "-c", "echo 0 >/proc/sys/" + KEY);
        libc.failAll(call, errno);

        assertThat(sysctl.tryEnsure(KEY, "1", "it is a test")).isFalse();

        assertThat(libc.openDescriptors()).isEmpty();
    }

    @Test
    void interruptedCalls_areMadeAgain() {
        libc.fail("open", 1, Errno.EINTR)
                .fail("pread", 1, Errno.EINTR)
                .fail("pwrite", 1, Errno.EINTR);
        new Witness().run("sh", "-c", "echo 0 >/proc/sys/" + KEY);

        sysctl.ensure(KEY, "1");

        assertThat(found()).isEqualTo("1");
    }
}
