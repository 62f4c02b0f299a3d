// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the demo could have changed on the machine, in words of the standard tools. */
final class MachineState {
    private MachineState() {}

    /**
     * Links, named namespaces, mounts, forwarding and leases; what other tests make at the same
     * time is left out.
     */
    static TreeSet<String> read() throws IOException {
        TreeSet<String> state = new TreeSet<>();
        Ran.of(List.of("ip", "-br", "link"))
                .ok()
                .lines()
                .forEach(link -> state.add("link " + link));
        Ran.of(List.of("ip", "netns")).ok().lines().forEach(netns -> state.add("netns " + netns));
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            mounts.forEach(mount -> state.add("mount " + mount));
        }
        for (String key : List.of("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding")) {
            state.add(key + " " + Files.readString(Path.of("/proc/sys", key)).strip());
        }
        state.add("leases " + Files.exists(Path.of("/var/lib/cni/networks/web")));
        state.removeIf(line -> line.contains("culvert-"));
        return state;
    }
}
