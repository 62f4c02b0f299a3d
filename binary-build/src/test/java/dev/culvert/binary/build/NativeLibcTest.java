// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.LibcContract;
import dev.culvert.testkit.NativeBinary;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The system calls of the native binary, seen from outside. */
@InNetns
final class NativeLibcTest {
    private static final String OUTCOME = """
            namespace 0
            veth 0
            missing link: 4 bytes, ENODEV (No such device)
            too short a request: EINVAL (Invalid argument)
            veth: acknowledged
            gone true
            """;

    private final String program = NativeBinary.of("culvert.contract").toString();
    private final Witness witness = new Witness();

    @Test
    void native_keepsTheContractWordForWord(@TempDir Path folder) {
        LibcContract contract = new LibcContract(new FfmLibc(), folder.toString());
        contract.run();

        Witness.Outcome outcome = witness.tryRun(program, "libc", folder.toString());

        assertThat(outcome.output()).isEqualTo(contract.text());
        assertThat(outcome.code()).isZero();
    }

    @Test
    void detachedSend_tellsRefusalAndAcknowledgement() {
        assertThat(witness.run(program, "detached")).isEqualTo(OUTCOME);
    }

    @Test
    void memory_isCollectedAndIntact() {
        assertThat(witness.run(program, "memory")).isEqualTo("2000 kept, 0 wrong\n");
    }

    @Test
    void copiesOfArrays_stayWithinTheirBounds() {
        assertThat(witness.run(program, "copies")).isEqualTo("0 wrong, class true\n");
    }

    @Test
    void exceptions_findTheirHandlers() {
        assertThat(witness.run(program, "errors")).isEqualTo("1000 caught, 1000 cleaned\n");
    }

    @Test
    void detachedSend_onAnOldKernelClosesOneByOne() {
        assertThat(straced(
                        "--seccomp-bpf",
                        "-e",
                        "trace=close_range",
                        "-e",
                        "inject=close_range:error=ENOSYS"))
                .isEqualTo(OUTCOME);
    }

    @Test
    void detachedSend_isRepeatedAfterASignal() {
        assertThat(straced("-e", "inject=recvfrom:error=EINTR:when=1")).isEqualTo(OUTCOME);
    }

    @Test
    void detachedSend_refusedForkIsTold() {
        assertThat(straced("-e", "inject=fork,clone:error=EAGAIN:when=2+"))
                .contains("missing link: not sent: EAGAIN (Resource temporarily unavailable)");
    }

    @Test
    void detachedChild_holdsOnlyWhatItWasGiven() {
        List<String> child = new ArrayList<>();
        String trace = witness.tryRun(
                        "strace",
                        "-f",
                        "-o",
                        "/dev/stderr",
                        "-e",
                        "trace=setsid,dup2,close_range,chdir,sendto,recvfrom,exit_group",
                        program,
                        "detached")
                .error();
        String pid = trace.lines()
                .filter(line -> line.contains("setsid()"))
                .findFirst()
                .orElseThrow()
                .split(" ")[0];
        trace.lines()
                .filter(line -> line.startsWith(pid))
                .forEach(line -> child.add(line.replaceAll("^\\d+ +|[(\\[].*", "")));

        assertThat(child)
                .startsWith(
                        "setsid",
                        "dup2",
                        "dup2",
                        "dup2",
                        "close_range",
                        "chdir",
                        "sendto",
                        "recvfrom")
                .contains("exit_group");
        assertThat(trace).contains("close_range(3, 4294967295, 0)").contains("chdir(\"/\")");
    }

    /** Output of the program under strace, which may be missing. */
    private String straced(String... options) {
        List<String> line = new ArrayList<>(List.of("strace", "-f", "-o", "/dev/null"));
        line.addAll(List.of(options));
        line.addAll(List.of(program, "detached"));
        return witness.run(line.toArray(new String[0]));
    }

    @Test
    void spawnedProgram_diesWithItsParent() throws Exception {
        Witness.Outcome outcome = witness.tryRun(program, "orphan");
        long child = Long.parseLong(outcome.output().strip());

        assertThat(outcome.code()).isEqualTo(128 + 9);
        if (ProcessHandle.of(child).isPresent()) {
            ProcessHandle.of(child).orElseThrow().onExit().get(5, TimeUnit.SECONDS);
        }
    }
}
