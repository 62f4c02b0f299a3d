// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testreport;

import java.io.File;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** What a machine may lack even where everything else has to be there: each with the machine. */
enum ExpectedSkips {
    WITHOUT_GO("built with Go", () -> !onPath("go")),
    /** podman has CNI as a choice of its build, since version 5 a rare one; podman was asked. */
    PODMAN_WITHOUT_CNI("podman built with CNI", () -> onPath("podman"));

    private final String reason;
    private final BooleanSupplier onThisMachine;

    ExpectedSkips(String reason, BooleanSupplier onThisMachine) {
        this.reason = reason;
        this.onThisMachine = onThisMachine;
    }

    /** Whether a test may be skipped for that reason on this machine. */
    static boolean include(String told) {
        return Arrays.stream(values())
                .anyMatch(skip -> told.contains(skip.reason) && skip.onThisMachine.getAsBoolean());
    }

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                .anyMatch(folder -> new File(folder, program).canExecute());
    }
}
