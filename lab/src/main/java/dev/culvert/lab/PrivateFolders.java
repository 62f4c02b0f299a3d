// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Private folders in place of those that {@code ip netns} and plugins write to, in this process's
 * mount namespace. Everything beside them stays visible, since the plugins, the JDK or the checkout
 * may be there.
 */
final class PrivateFolders {
    /** Where the folder that was covered is seen, inside the one that covers it. */
    private static final String COVERED = ".machine";
    /** A folder that every machine has and nothing needs for the moment. */
    private static final String PLACE = "/sys";
    /** linux/mount.h. */
    private static final long MS_MOVE = 8192;

    private final Libc libc;

    PrivateFolders(Libc libc) {
        this.libc = libc;
    }

    /**
     * Covers {@code /run/netns} and {@code /var/lib/cni}, and shows the processes of our own
     * namespace.
     */
    void cover() {
        cover("/run", "netns");
        cover("/var/lib", "cni");
        // Refused in a container that hides parts of /proc; all but the look for processes works
        // without.
        libc.mount("proc", "/proc", "proc", 0, "");
    }

    /**
     * Replaces a folder by an empty one. Neither may exist on the machine, and nothing may be made
     * there: so its parent is replaced by a tmpfs with links to everything else that is in it.
     */
    private void cover(String parent, String name) {
        // Built elsewhere: once covered, a folder can't be bound any more without what covers it.
        String covered = PLACE + "/" + COVERED;
        demand(
                "mount tmpfs at " + PLACE,
                libc.mount("culvert-demo", PLACE, "tmpfs", 0, "mode=755"));
        demand("create " + covered, libc.mkdir(covered, 0755));
        demand(
                "bind " + parent + " to " + covered,
                libc.mount(parent, covered, "none", Linux.MS_BIND | Linux.MS_REC, ""));
        for (String entry : entries(covered)) {
            if (!entry.equals(name)) {
                demand(
                        "link " + entry + " in " + parent,
                        libc.symlink(COVERED + "/" + entry, PLACE + "/" + entry));
            }
        }
        demand("create " + name + " in " + parent, libc.mkdir(PLACE + "/" + name, 0755));
        demand("move " + PLACE + " to " + parent, libc.mount(PLACE, parent, "none", MS_MOVE, ""));
    }

    private static List<String> entries(String folder) {
        try (Stream<Path> list = Files.list(Path.of(folder))) {
            return list.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int demand(String what, int answer) {
        if (answer < 0) {
            throw new IllegalStateException(what + ": " + Errno.describe(answer));
        }
        return answer;
    }
}
