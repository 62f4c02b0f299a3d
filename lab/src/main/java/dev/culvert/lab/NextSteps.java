// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.nio.file.Path;
import java.util.List;

/** What to try after the demo; {@code docs/demo.md} has each of them in full. */
final class NextSteps {
    private NextSteps() {}

    static List<Event.Hint> of(Path bin) {
        return List.of(
                new Event.Hint("./dev demo --shell", "look around inside before it is taken down"),
                new Event.Hint(bin.resolve("bridge").toString(), "run by hand, a plugin says what it is"),
                new Event.Hint("export CNI_PATH=" + bin + " NETCONFPATH=$PWD/lab/net.d",
                        "what a runtime needs; then, as root:"),
                new Event.Hint("ip netns add try && cnitool add web /run/netns/try", "attach"),
                new Event.Hint("cnitool del web /run/netns/try && ip netns del try", "detach"),
                new Event.Hint("./dev test", "the tests"),
                new Event.Hint("./dev bench", "speed and memory beside the reference plugins"),
                new Event.Hint("docs/demo.md", "the same with podman and containerd"));
    }
}
