// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Errno;

/** The judgement of a system call's answer in test code. */
public final class Answers {
    private Answers() {}

    /**
     * The answer, if it is no error.
     *
     * @throws IllegalStateException with what was tried and the errno's name
     */
    public static int require(String what, int answer) {
        if (answer < 0) {
            throw new IllegalStateException(what + ": " + Errno.describe(answer));
        }
        return answer;
    }
}
