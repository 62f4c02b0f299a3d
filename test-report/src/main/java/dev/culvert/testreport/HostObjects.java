// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testreport;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** What tests could leave on the machine: named namespaces, links and nftables tables. */
record HostObjects(Set<String> names) {
    private static final Duration PAUSE = Duration.ofMillis(100);

    static HostObjects none() {
        return new HostObjects(Set.of());
    }

    /** Those that are there. A machine without a tool has nothing that the tool would show. */
    static HostObjects now() {
        Set<String> names = new TreeSet<>();
        String[] namespaces = new File("/run/netns").list();
        for (String namespace : namespaces == null ? new String[0] : namespaces) {
            names.add("namespace " + namespace);
        }
        for (String line : lines("ip", "-o", "link")) {
            // "2: eth0@if5: <BROADCAST...": the name alone.
            names.add("link " + line.split(": ")[1].replaceFirst("@.*", ""));
        }
        names.addAll(lines("nft", "list", "tables"));
        return new HostObjects(names);
    }

    private static List<String> lines(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            byte[] output = process.getInputStream().readAllBytes();
            return new String(output, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * What is there now and was not. Waits for it to go, since the kernel takes links away some
     * time after their namespace.
     */
    Set<String> leftSince(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Set<String> left = new TreeSet<>(now().names);
            left.removeAll(names);
            if (left.isEmpty() || System.nanoTime() - deadline > 0) {
                return left;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
