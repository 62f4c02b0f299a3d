// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.base.Utf8;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.os.FileId;
import dev.culvert.os.Netns;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;

/**
 * What CNI_NETNS leads to, found out before anything is done. The path is opened once: what was
 * judged is what is used, whoever makes the path lead elsewhere meanwhile.
 */
record NetnsPath(String path, State state, int errno, Optional<Netns> netns)
        implements AutoCloseable {
    private static final String OWN = "/proc/thread-self/ns/net";

    /** What there is at the path. */
    enum State {
        /** A namespace that is not ours. */
        FOREIGN,
        /** The namespace that we run in. */
        OWN,
        /** Something else; after a reboot the mount points of namespaces are plain files. */
        NOT_A_NAMESPACE,
        /** Nothing. */
        ABSENT
    }

    /**
     * Opens the path, since only an open file tells its file system: a namespace is a file of nsfs,
     * since Linux 3.19 also when it is reached through /proc.
     *
     * @throws ErrnoException if it cannot be told what is there: DEL must not take that for
     *     absence, and free the address of a container that still has it
     */
    static NetnsPath look(Libc libc, String path) {
        // Non-blocking, since the path may be anything, even a pipe that nobody writes to.
        int fd;
        do {
            fd = libc.open(path, Linux.O_RDONLY | Linux.O_CLOEXEC | Linux.O_NONBLOCK, 0);
        } while (fd == Errno.EINTR.negated());
        if (fd < 0) {
            if (FileId.isAbsence(fd)) {
                return new NetnsPath(path, State.ABSENT, fd, Optional.empty());
            }
            throw new ErrnoException("open netns", path, fd);
        }
        Netns opened = Netns.adopt(libc, path, fd);
        try {
            return new NetnsPath(path, state(libc, fd, path), 0, Optional.of(opened));
        } catch (ErrnoException e) {
            opened.close();
            throw e;
        }
    }

    private static State state(Libc libc, int fd, String path) {
        long type = libc.fsType(fd);
        if (type < 0) {
            throw new ErrnoException("tell the file system of", path, (int) type);
        }
        if (type != Linux.NSFS_MAGIC || isOtherKind(libc, fd)) {
            return State.NOT_A_NAMESPACE;
        }
        Optional<FileId> own = FileId.find(libc, OWN);
        return own.isPresent() && FileId.of(libc, fd, path).isSame(own.get())
                ? State.OWN
                : State.FOREIGN;
    }

    /**
     * Whether a namespace says that it is of another kind, as {@code mnt:[4026531841]}. One that is
     * mounted says nothing but its path.
     */
    private static boolean isOtherKind(Libc libc, int fd) {
        byte[] data = new byte[64];
        int length = libc.readlink("/proc/self/fd/" + fd, data);
        String target = length < 0 ? "" : Utf8.decode(data, 0, length);
        return target.indexOf(":[") > 0 && target.charAt(0) != '/' && !target.startsWith("net:[");
    }

    /** Throws INVALID_NETNS unless an attachment can be made or checked there. */
    void require(boolean ownAllowed) {
        switch (state) {
            case FOREIGN -> {}
            case OWN -> {
                if (!ownAllowed) {
                    throw new CniException(
                            CniErrorCode.INVALID_NETNS,
                            "plugin's netns and netns from CNI_NETNS should not be the same",
                            "CNI_NETNS is " + path + "; CNI_NETNS_OVERRIDE=1 allows it");
                }
            }
            case NOT_A_NAMESPACE ->
                throw new CniException(
                        CniErrorCode.INVALID_NETNS,
                        "open netns " + path + ": not a network namespace",
                        "wanted: a file of nsfs; after a reboot a plain file is what is left of one");
            case ABSENT ->
                throw new CniException(
                        CniErrorCode.INVALID_NETNS,
                        "open netns " + path + ": " + Errno.describe(errno));
        }
    }

    /** The namespace if it may be entered. */
    Optional<Netns> usable(boolean ownAllowed) {
        return state == State.FOREIGN || state == State.OWN && ownAllowed
                ? netns
                : Optional.empty();
    }

    @Override
    public void close() {
        netns.ifPresent(Netns::close);
    }
}
