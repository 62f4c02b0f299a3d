// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static dev.culvert.testkit.LibcContract.s64;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

/**
 * The part of {@link LibcContract} about namespaces; the calling thread is in other ones
 * afterwards.
 */
final class NamespaceContract {
    private static final String NETNS = "/proc/thread-self/ns/net";
    private static final int READ = Linux.O_RDONLY | Linux.O_CLOEXEC;
    private static final int TMPFS_MAGIC = 0x01021994;

    private final Libc libc;
    private final String folder;
    private final ContractReport report;

    NamespaceContract(Libc libc, String folder, ContractReport report) {
        this.libc = libc;
        this.folder = folder;
        this.report = report;
    }

    void network() {
        int host = libc.open(NETNS, READ, 0);
        long before = inode();
        report.same("unshare", 0, libc.unshare(Linux.CLONE_NEWNET));
        report.holds("in another one", inode() != before);
        report.same("setns back", 0, libc.setns(host, Linux.CLONE_NEWNET));
        report.holds("in the first one", inode() == before);
        report.refused("setns to another kind", Errno.EINVAL, libc.setns(host, Linux.CLONE_NEWNS));
        report.same("close", 0, libc.close(host));
        report.refused(
                "setns to what is closed", Errno.EBADF, libc.setns(host, Linux.CLONE_NEWNET));
        int file = libc.open(folder, READ, 0);
        report.refused("setns to a folder", Errno.EINVAL, libc.setns(file, Linux.CLONE_NEWNET));
        libc.close(file);
        report.refused("unknown flag", Errno.EINVAL, libc.unshare(1));
    }

    private long inode() {
        byte[] status = new byte[Linux.STATX_SIZE];
        libc.statx(Linux.AT_FDCWD, NETNS, 0, Linux.STATX_BASIC_STATS, status);
        return s64(status, Linux.STATX_INO_AT);
    }

    void mounts() {
        report.same("unshare", 0, libc.unshare(Linux.CLONE_NEWNS));
        report.same(
                "make all private",
                0,
                libc.mount("none", "/", "", Linux.MS_REC | Linux.MS_PRIVATE, ""));
        String target = folder + "/mount";
        libc.mkdir(target, 0755);
        report.refused("unknown type", Errno.ENODEV, libc.mount("x", target, "nosuchfs", 0, ""));
        report.refused(
                "missing target", Errno.ENOENT, libc.mount("x", target + "/none", "tmpfs", 0, ""));
        report.refused(
                "unknown option", Errno.EINVAL, libc.mount("x", target, "tmpfs", 0, "nosuch=1"));
        report.same("tmpfs", 0, libc.mount("tmpfs", target, "tmpfs", 0, "size=1m"));
        int fd = libc.open(target, READ, 0);
        report.same("its type", TMPFS_MAGIC, libc.fsType(fd));
        report.same("its room", 1 << 20, libc.fsFree(fd));
        report.refused("busy", Errno.EBUSY, libc.umount2(target, 0));
        report.same("fchown", 0, libc.fchown(fd, 0, 0));
        libc.close(fd);
        report.same("bind", 0, libc.mount(target, target, "", Linux.MS_BIND, ""));
        report.same(
                "read-only",
                0,
                libc.mount(
                        "none",
                        target,
                        "",
                        Linux.MS_BIND | Linux.MS_REMOUNT | Linux.MS_RDONLY,
                        ""));
        report.refused(
                "write there",
                Errno.EROFS,
                libc.open(target + "/a", Linux.O_WRONLY | Linux.O_CREAT, 0644));
        report.same("umount2", 0, libc.umount2(target, 0) + libc.umount2(target, Linux.MNT_DETACH));
        report.refused("umount2 again", Errno.EINVAL, libc.umount2(target, 0));
        report.refused(
                "umount2 of a missing target", Errno.ENOENT, libc.umount2(target + "/none", 0));
        report.same("rmdir", 0, libc.rmdir(target));
    }
}
