// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the demo needs of the machine, looked at before anything is done. */
final class Needs {
    /** The plugins that the configurations name. */
    static final List<String> PLUGINS = List.of("bridge", "ptp", "host-local");

    private static final List<String> PROGRAMS = List.of(
            "unshare (util-linux)",
            "nsenter (util-linux)",
            "ip (iproute2)",
            "nft (nftables)",
            "ping (iputils-ping)");

    private Needs() {}

    /**
     * Looks for programs, plugins and the right to make namespaces.
     *
     * @throws CannotRunException naming everything of a kind that is missing, with the Debian
     *     package
     */
    static void check(Options options) {
        List<String> missing = new ArrayList<>();
        for (String program : PROGRAMS) {
            if (find(program.substring(0, program.indexOf(' '))).isEmpty()) {
                missing.add(program);
            }
        }
        if (!missing.isEmpty()) {
            throw new CannotRunException(
                    "missing program (Debian package): " + String.join(", ", missing));
        }
        checkPlugins(options.bin());
        checkNamespaces();
        if (options.shell() && !Files.isReadable(Path.of("/dev/tty"))) {
            throw new CannotRunException("--shell needs a terminal");
        }
    }

    private static void checkPlugins(Path bin) {
        List<String> missing = PLUGINS.stream()
                .filter(name -> !Files.isExecutable(bin.resolve(name)))
                .toList();
        if (!missing.isEmpty()) {
            throw new CannotRunException("no plugin " + String.join(", ", missing) + " in " + bin
                    + ": ./dev native builds them, --bin DIR names another folder");
        }
    }

    /**
     * Tries what the demo is going to do, since there are too many ways to forbid it to look for
     * each.
     */
    private static void checkNamespaces() {
        List<String> command = new ArrayList<>(unshare());
        command.addAll(List.of(
                "sh",
                "-c",
                "mount -t tmpfs none /run && ip link set lo up && nft list tables && test"
                        + " -d /proc/sys/net/ipv6"));
        Ran ran = Ran.of(command);
        if (ran.code() != 0) {
            String said = ran.error().isBlank()
                    ? "no IPv6 in this kernel"
                    : ran.error().strip();
            throw new CannotRunException("cannot make namespaces with a network here: "
                    + said
                    + "\n"
                    + (isRoot()
                            ? "A container needs CAP_SYS_ADMIN and CAP_NET_ADMIN for it"
                                    + " (--privileged)."
                            : "Run it as root, or allow user namespaces"
                                    + " (user.max_user_namespaces,"
                                    + " kernel.apparmor_restrict_unprivileged_userns)."));
        }
    }

    /**
     * The command that starts another one as first process of new namespaces; it ends with that
     * command.
     */
    static List<String> unshare() {
        List<String> command =
                new ArrayList<>(List.of(find("unshare").orElseThrow().toString()));
        if (!isRoot()) {
            command.add("--map-root-user");
        }
        command.addAll(List.of("--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL"));
        return command;
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            return false;
        }
    }

    /** The folders where programs are: PATH, and those that ordinary users' shells often lack. */
    static String path() {
        return System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
    }

    static Optional<Path> find(String program) {
        return List.of(path().split(":")).stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
