// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.json.JsonException;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranslationTest {
    @Test
    void cniException_passesUnchanged() {
        CniException error = CniException.foreign(417, "m", "d");

        assertThat(Translation.of(error, "p")).isSameAs(error);
    }

    @Test
    void jsonException_isADecodingFailure() {
        CniException error =
                Translation.of(JsonException.at("ipam.mtu", "a number is wanted"), "p");

        assertThat(error.is(CniErrorCode.DECODING_FAILURE)).isTrue();
        assertThat(error.msg()).isEqualTo("ipam.mtu: a number is wanted");
    }

    @ParameterizedTest
    @CsvSource({
        "EAGAIN,11",
        "EBUSY,11",
        "ENOBUFS,11",
        "EPERM,104",
        "EACCES,104",
        "EROFS,5",
        "ENOSPC,5",
        "EIO,5",
        "ENAMETOOLONG,5",
        "ENOTDIR,5",
        "EISDIR,5",
        "EOPNOTSUPP,103",
        "EPROTONOSUPPORT,103",
        "EAFNOSUPPORT,103",
        "EEXIST,999",
        "ENODEV,999"
    })
    void errnoException_hasItsErrnosCode(Errno errno, int code) {
        CniException error = Translation.of(
                ErrnoException.ofKernel("create link", "veth0", errno.number(), "says the kernel"),
                "p");

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.msg())
                .startsWith("create link veth0: " + errno.name())
                .endsWith("kernel: says the kernel");
    }

    @Test
    void fileThatIsMissing_isAnIoFailure() {
        ErrnoException missing =
                new ErrnoException("open", "/etc/resolv.conf", Errno.ENOENT.number());

        assertThat(Translation.of(missing, "p").is(CniErrorCode.IO_FAILURE)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"DIFFERS,101", "EXISTS,108", "FULL,107", "PORT_TAKEN,102"})
    void conflict_hasItsKindsCodeAndItsCureInDetails(ConflictException.Kind kind, int code) {
        CniException error = Translation.of(
                new ConflictException(kind, "bridge br0 has 10.1.0.1/16", "remove it"), "p");

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.msg()).isEqualTo("bridge br0 has 10.1.0.1/16");
        assertThat(error.details()).isEqualTo("remove it");
    }

    @Test
    void anythingElse_isABugAndSaysSo() {
        CniException error = Translation.of(new IllegalStateException("no link"), "bridge");

        assertThat(error.is(CniErrorCode.INTERNAL)).isTrue();
        assertThat(error.msg()).isEqualTo("bug in plugin bridge: IllegalStateException: no link");
        assertThat(error.details()).contains("report");
    }

    @Test
    void suppressedErrors_areInDetails() {
        CniException error = new CniException(CniErrorCode.NO_FREE_ADDRESS, "m", "d");
        error.addSuppressed(new IllegalStateException("undo: delete link: EPERM"));
        error.addSuppressed(new IllegalStateException("undo: release"));

        assertThat(Translation.of(error, "p").details())
                .isEqualTo("d; undo: delete link: EPERM; undo: release");
    }

    @Test
    void debugVariable_printsATrace() {
        RecordingPlugin plugin = new RecordingPlugin();
        plugin.body = request -> {
            throw new IllegalStateException("oops");
        };

        Script quiet = Script.of("DEL").run(plugin);
        Script loud = Script.of("DEL").set("CULVERT_DEBUG", "1").run(plugin);

        assertThat(quiet.code()).isEqualTo(999);
        assertThat(quiet.error()).isEmpty();
        assertThat(loud.code()).isEqualTo(999);
        assertThat(loud.error()).startsWith("java.lang.IllegalStateException: oops\n    at ");
    }
}
