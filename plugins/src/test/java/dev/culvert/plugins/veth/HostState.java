// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the calling thread's namespace has of links, addresses and routes, in the kernel's own words
 * from /proc: cheap enough to be read after each of a thousand calls.
 */
record HostState(List<String> lines) {
    private static final Path PROC = Path.of("/proc/thread-self/net");

    static HostState read() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : file("dev")) {
            lines.add("link " + line.split(":")[0].strip());
        }
        for (String line : file("route")) {
            String[] columns = line.split("\t");
            lines.add("route " + columns[0] + " " + columns[1] + "/" + columns[7] + " via "
                    + columns[2]);
        }
        for (String line : file("fib_trie")) {
            // "|-- 10.1.0.1", then "/32 host LOCAL"; what is between shows how the kernel keeps
            // them.
            if (!line.contains("+--") && !line.contains(":")) {
                lines.add("local " + line.strip());
            }
        }
        for (String line : file("if_inet6")) {
            String[] columns = line.strip().split(" +");
            lines.add("address " + columns[0] + "/" + columns[2] + " on " + columns[5]);
        }
        for (String line : file("ipv6_route")) {
            String[] columns = line.strip().split(" +");
            lines.add("route " + columns[9] + " " + columns[0] + "/" + columns[1] + " via "
                    + columns[4]);
        }
        // The kernel gives every link a link-local address when it sees fit; they go with the
        // links.
        lines.removeIf(line -> line.contains(" fe80"));
        lines.sort(null);
        return new HostState(lines);
    }

    private static List<String> file(String name) throws IOException {
        Path file = PROC.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    }

    /** This state without what mentions a text, such as a shared link's name. */
    HostState without(String text) {
        return new HostState(lines.stream().filter(line -> !line.contains(text)).toList());
    }

    /**
     * What one state has and the other has not: "+route ..." is too much now, "-route ..." is
     * missing.
     */
    List<String> changesTo(HostState later) {
        List<String> changes = new ArrayList<>();
        List<String> rest = new ArrayList<>(later.lines);
        for (String line : lines) {
            if (!rest.remove(line)) {
                changes.add("-" + line);
            }
        }
        rest.forEach(line -> changes.add("+" + line));
        return changes;
    }
}
