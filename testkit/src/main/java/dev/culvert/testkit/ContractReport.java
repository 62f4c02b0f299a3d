// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Errno;

/** The lines that {@link LibcContract} tells. */
final class ContractReport {
    private final StringBuilder lines = new StringBuilder();
    private String group = "";
    private boolean failed;

    void begin(String name) {
        group = name;
    }

    /** The answer has to be exactly this errno. */
    void refused(String what, Errno expected, long answer) {
        same(what, expected.negated(), answer);
    }

    void same(String what, long expected, long answer) {
        line(what, expected == answer, shown(expected), shown(answer));
    }

    void same(String what, String expected, String answer) {
        line(what, expected.equals(answer), expected.replace('\n', '|'), answer.replace('\n', '|'));
    }

    void holds(String what, boolean answer) {
        line(what, answer, "true", "false");
    }

    /** The answer has to be no error; which number it is, the line does not tell. */
    void works(String what, long answer) {
        line(what, answer >= 0, "no error", shown(answer));
    }

    void threw(RuntimeException e) {
        line("", false, "no exception", e.getClass().getName());
    }

    private static String shown(long answer) {
        return answer < 0 && answer > -4096
                ? "-" + Errno.of((int) answer).name() + "(" + answer + ")"
                : Long.toString(answer);
    }

    private void line(String what, boolean good, String expected, String answer) {
        failed |= !good;
        lines.append(good ? "ok " : "FAILED ")
                .append(group)
                .append(": ")
                .append(what)
                .append(" = ")
                .append(expected);
        if (!good) {
            lines.append(", but was ").append(answer);
        }
        lines.append('\n');
    }

    boolean hasFailed() {
        return failed;
    }

    String text() {
        return lines.toString();
    }
}
