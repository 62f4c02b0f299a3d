// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.nio.file.Path;
import java.util.List;

/** What to try after the demo; {@code docs/demo.md} has each of them in full. */
final class NextSteps {
    private NextSteps() {}

    static List<Event.Hint> of(Path bin) {
        Path here = Path.of("").toAbsolutePath();
        Path brief = bin.startsWith(here) ? here.relativize(bin) : bin;
        String full = bin.startsWith(here) ? "$PWD/" + brief : bin.toString();
        return List.of(
                new Event.Hint(
                        "./dev demo --shell",
                        "look around inside, before anything is detached; there, with cnitool"
                                + " on the PATH,"),
                new Event.Hint(
                        "ip netns add try && cnitool add web /run/netns/try",
                        "attaches a container of your own, and goes away with the rest"),
                new Event.Hint(
                        brief.resolve("bridge").toString(),
                        "run by hand, a plugin says what it is"),
                new Event.Hint(
                        "export CNI_PATH=" + full,
                        "all that a runtime needs; docs/demo.md has podman and containerd"),
                new Event.Hint("./dev test", "the tests"),
                new Event.Hint("./dev bench", "speed and memory beside the reference plugins"));
    }
}
