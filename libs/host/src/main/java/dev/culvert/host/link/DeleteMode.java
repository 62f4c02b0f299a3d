// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.List;

/** When the deletion of a link counts as done. */
public enum DeleteMode {
    /**
     * When the link, and the other end of a pair, are gone, as the kernel announces: names and
     * addresses are free again. A child process stays for 20 to 120 ms to take the acknowledgement.
     */
    ANNOUNCED,
    /** When the kernel has acknowledged the request, some 20 ms later. */
    ACKNOWLEDGED;

    /**
     * Programs that reap what they inherit, by the name in /proc/1/comm, which the kernel cuts at
     * 15 bytes.
     */
    static final List<String> REAPERS = List.of(
            "systemd",
            "init",
            "tini",
            "docker-init",
            "dumb-init",
            "catatonit",
            "s6-svscan",
            "runit",
            "runit-init",
            "openrc-init",
            "busybox",
            "launchd",
            "podman-init",
            "conmon",
            "pause");

    /** Announced where process 1 is known to reap orphans, else acknowledged. */
    public static DeleteMode auto(Libc libc) {
        return REAPERS.contains(firstProcess(libc)) ? ANNOUNCED : ACKNOWLEDGED;
    }

    /** In the words of the call log. */
    public String describe() {
        return this == ANNOUNCED ? " # done when announced" : " # done when acknowledged";
    }

    private static String firstProcess(Libc libc) {
        int fd = libc.open("/proc/1/comm", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (fd < 0) {
            return "";
        }
        byte[] bytes = new byte[32];
        int length = libc.read(fd, bytes, 0, bytes.length);
        libc.close(fd);
        return length < 0 ? "" : Utf8.decode(bytes, 0, length).trim();
    }
}
