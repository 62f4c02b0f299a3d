// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * podman with its CNI backend on a private host, with plugins under test and Debian's firewall in
 * {@code /opt/cni/bin}. The host ends it.
 */
final class Podman {
    private static final String STORAGE = """
            [storage]
            driver = "vfs"
            runroot = "/run/podman-storage"
            graphroot = "/var/lib/podman-storage"
            """;

    private final PrivateHost host;

    private Podman(PrivateHost host) {
        this.host = host;
    }

    /** Prepares podman's folders and the test image; {@code /etc/cni/net.d} stays empty. */
    static Podman prepare(PrivateHost host) throws IOException {
        Needs.tools("podman (podman)", "conmon (conmon)", "runc (runc)", "iptables (iptables)");
        TestImage.make(host);
        host.install(
                "test", "loopback", "bridge", "ptp", "portmap", "tuning", "host-local", "static");
        host.install("debian", "firewall");
        host.write("/etc/containers/containers.conf", PrivateHost.resource("containers.conf"));
        host.write("/etc/containers/storage.conf", STORAGE);
        Podman podman = new Podman(host);
        // A choice of the build, which Debian makes until its version 12.
        if (podman.run("info").error().contains("cni support is not enabled")) {
            throw Needs.unmet("podman built with CNI: this one has netavark only");
        }
        podman.run("load", "-q", "-i", TestImage.FILE).ok();
        return podman;
    }

    /** Runs podman. */
    Ran run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("podman"));
        command.addAll(List.of(arguments));
        return host.run(command.toArray(String[]::new));
    }

    /** Removes every container, whatever a failed test has left. */
    void removeAll() {
        run("rm", "--all", "--force", "-t", "0");
    }

    /**
     * A running container that serves "hello" on port 80; the options are those of {@code podman
     * run}.
     */
    Container start(String name, String... options) {
        List<String> command = new ArrayList<>(
                List.of("run", "-d", "--name", name, "--cgroup-parent", "/" + host.name()));
        command.addAll(List.of(options));
        command.addAll(List.of(TestImage.NAME, "httpd", "-f", "-h", "/www"));
        run(command.toArray(String[]::new)).ok();
        return new Container(name);
    }

    /** A running container. */
    final class Container {
        private final String name;

        private Container(String name) {
            this.name = name;
        }

        /** Runs a command in it. */
        Ran exec(String... command) {
            List<String> line = new ArrayList<>(List.of("exec", name));
            line.addAll(List.of(command));
            return run(line.toArray(String[]::new));
        }

        /**
         * What it gets from an HTTP server, named as in a URL: {@code 10.0.0.2},
         * {@code [fd00::2]:8080}.
         */
        String fetch(String server) {
            return exec("timeout", "5", "wget", "-q", "-O", "-", "http://" + server + "/")
                    .ok()
                    .output();
        }

        /** Its global addresses on a link. */
        Addresses addresses(String link) {
            return Addresses.of(exec("ip", "addr", "show", "dev", link).ok());
        }

        /** Stops and removes it. */
        void remove() {
            Ran ran = run("rm", "-f", "-t", "0", name).ok();
            // podman removes the container even when a plugin refuses, and only says so.
            if (!ran.error().isBlank()) {
                throw new AssertionError("podman complains while removing: " + ran);
            }
        }
    }
}
