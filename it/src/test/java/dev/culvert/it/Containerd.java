// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A containerd of its own on a private host, with plugins under test and Debian's portmap in
 * {@code /opt/cni/bin}, and the network list of containerd's documentation. The host ends it.
 */
final class Containerd {
    private static final Duration START = Duration.ofSeconds(20);
    private static final String CONFIG = """
            version = 2
            root = "/var/lib/containerd"
            state = "/run/containerd"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "/run/containerd/containerd.sock"
            """;

    private final PrivateHost host;

    private Containerd(PrivateHost host) {
        this.host = host;
    }

    /** Starts it and waits until it answers. */
    static Containerd start(PrivateHost host) throws IOException {
        Needs.tools("containerd (containerd)", "ctr (containerd)", "runc (runc)");
        TestImage.make(host);
        host.install("test", "loopback", "bridge", "ptp", "host-local", "static");
        host.install("debian", "portmap");
        host.write(
                "/etc/cni/net.d/10-containerd-net.conflist",
                PrivateHost.resource("10-containerd-net.conflist"));
        host.write("/etc/containerd/config.toml", CONFIG);
        host.write("/run/containerd.log", "");
        host.start("sh", "-c", "exec containerd >/run/containerd.log 2>&1");
        Containerd containerd = new Containerd(host);
        Waiting.until(
                "containerd answers",
                START,
                () -> containerd.ctr("version").code() == 0,
                () -> host.run("cat", "/run/containerd.log").output());
        containerd
                .ctr("images", "import", "--snapshotter", "native", TestImage.FILE)
                .ok();
        return containerd;
    }

    /** Runs containerd's command in the namespace of this test. */
    Ran ctr(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ctr", "-n", host.name()));
        command.addAll(List.of(arguments));
        return host.run(command.toArray(String[]::new));
    }

    /**
     * Ends every container, whatever a failed test has left, and waits until {@code ctr run} has
     * removed it.
     */
    void stopAll() {
        for (String id : ctr("task", "ls", "-q").lines()) {
            ctr("task", "kill", "-s", "KILL", id);
        }
        Waiting.until(
                "no container is left",
                START,
                () -> ctr("containers", "ls", "-q").lines().isEmpty(),
                () -> ctr("containers", "ls").output());
    }

    /**
     * A container with a network that serves "hello" on port 80, by {@code ctr run --rm --cni},
     * once it runs.
     */
    Container run(String id) {
        host.write("/run/out-" + id, "");
        Process process = host.start(
                "sh",
                "-c",
                "exec ctr -n $1 run --rm --cni --snapshotter native $2 $3 sh -c 'echo ready; exec httpd -f -h /www'"
                        + " >/run/out-$3 2>&1",
                "sh",
                host.name(),
                TestImage.NAME,
                id);
        Container container = new Container(id, process);
        Waiting.until(
                "container " + id + " runs",
                START,
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("ctr run ended with " + process.exitValue() + ": "
                                + container.said());
                    }
                    return container.said().contains("ready");
                },
                () -> container.said() + host.report());
        return container;
    }

    /** A running container. */
    final class Container {
        private final String id;
        private final Process process;

        private Container(String id, Process process) {
            this.id = id;
            this.process = process;
        }

        /** What it and {@code ctr run} wrote. */
        String said() {
            return host.run("cat", "/run/out-" + id).output();
        }

        /** Runs a command in it. */
        Ran exec(String... command) {
            List<String> line = new ArrayList<>(
                    List.of("task", "exec", "--exec-id", "e" + System.nanoTime(), id));
            line.addAll(List.of(command));
            return ctr(line.toArray(String[]::new));
        }

        /** Its global addresses, IPv4 first. */
        Addresses addresses() {
            return Addresses.of(exec("ip", "addr", "show", "dev", "eth0").ok());
        }

        /** Kills its process and waits until {@code ctr run} has removed network and container. */
        void stop() throws InterruptedException {
            ctr("task", "kill", "-s", "KILL", id).ok();
            if (!process.waitFor(START)) {
                throw new AssertionError("ctr run " + id + " does not end: " + said());
            }
            // 128 + SIGKILL; an error while removing the network is told in words only.
            if (process.exitValue() != 137 || said().contains("cni") || said().contains("failed")) {
                throw new AssertionError(
                        "ctr run " + id + " ended with " + process.exitValue() + ": " + said());
            }
        }
    }
}
