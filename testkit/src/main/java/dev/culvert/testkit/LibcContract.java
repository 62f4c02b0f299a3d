// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Libc;

import java.nio.charset.StandardCharsets;

/**
 * What every implementation of {@link Libc} must do, as one list of checks that runs on the JVM and
 * inside a native binary. One line is told for each; two implementations agree when their texts are
 * equal.
 *
 * <p>Changes the calling thread's namespaces and needs the right to do so: hand it a thread of its
 * own. This class and those that it uses stay inside what the native build knows.
 */
public final class LibcContract {
    private final Libc libc;
    private final String folder;
    private final ContractReport report = new ContractReport();

    /** A named group of checks. */
    private interface Group {
        void run();
    }

    /** The folder exists, is empty and may be filled; what is made there is removed again. */
    public LibcContract(Libc libc, String folder) {
        this.libc = libc;
        this.folder = folder;
    }

    /** Runs all checks; true if none failed. */
    public boolean run() {
        FileContract files = new FileContract(libc, folder, report);
        group("open, read, write", files::openReadWrite);
        group("positions and sizes", files::positionsAndSizes);
        group("modes and owners", files::modesAndOwners);
        group("locks", files::locks);
        group("names", files::names);
        group("folders", files::folders);
        group("status", files::status);
        group("bounds", files::bounds);
        ProcessContract processes = new ProcessContract(libc, folder, report);
        group("pipes", processes::pipes);
        group("spawn", processes::spawn);
        group("spawn refused", processes::spawnRefused);
        group("environment of a child", processes::environment);
        group("descriptors of a child", processes::descriptors);
        group("signals", processes::signals);
        group("the process itself", processes::itself);
        group("clocks and chance", processes::clocksAndChance);
        SocketContract sockets = new SocketContract(libc, folder, report);
        group("sockets", sockets::sockets);
        group("netlink", sockets::netlink);
        group("poll", sockets::poll);
        NamespaceContract namespaces = new NamespaceContract(libc, folder, report);
        group("network namespaces", namespaces::network);
        group("mounts", namespaces::mounts);
        return !report.hasFailed();
    }

    private void group(String name, Group group) {
        report.begin(name);
        try {
            group.run();
        } catch (RuntimeException e) {
            report.threw(e);
        }
    }

    /** A line for each check. */
    public String text() {
        return report.text();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] data, int offset, int length) {
        return new String(data, offset, Math.max(length, 0), StandardCharsets.UTF_8);
    }

    static int u16(byte[] data, int at) {
        return (data[at] & 0xff) | (data[at + 1] & 0xff) << 8;
    }

    static int s32(byte[] data, int at) {
        return u16(data, at) | u16(data, at + 2) << 16;
    }

    static long s64(byte[] data, int at) {
        return (s32(data, at) & 0xffffffffL) | (long) s32(data, at + 4) << 32;
    }

    static void put32(byte[] data, int at, int value) {
        for (int i = 0; i < 4; i++) {
            data[at + i] = (byte) (value >> (8 * i));
        }
    }
}
