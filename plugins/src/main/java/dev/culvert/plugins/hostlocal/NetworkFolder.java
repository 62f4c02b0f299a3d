// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.host.ErrnoException;
import dev.culvert.host.FileLock;
import dev.culvert.host.FileStat;
import dev.culvert.host.Files;
import dev.culvert.host.Listing;
import dev.culvert.host.OpenFile;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Utf8;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import java.util.Optional;

/**
 * A network's folder, locked: the reservations themselves, as the reference's host-local lays them out.
 *
 * <pre>
 *   DATADIR/NETWORK/                mode 0755
 *     lock                          flock, mode 0750
 *     10.1.2.5                      a reservation, mode 0600: container id CR LF ifname
 *     last_reserved_ip.0            where the search for range set 0 goes on, mode 0600
 *     .culvert-index                what is reserved, a cache ({@link Index})
 *     .culvert-index.new            one that is being built
 *     .culvert-lease.new            a reservation that is being written
 * </pre>
 *
 * A reservation appears whole: it is written under the last name, then linked to its address. There is one such name, so
 * that what a killed call left is found without looking for it. An empty file under the name of an address can only be
 * a reservation that the reference was killed in, and counts as none.
 */
final class NetworkFolder implements AutoCloseable {
    static final String STAGED = ".culvert-lease.new";

    private static final int FOLDER_MODE = 0755;
    private static final int LOCK_MODE = 0750;
    private static final int MODE = 0600;
    private static final int LOCK_WAIT_MILLIS = 30_000;
    private static final int LARGEST = 1 << 20;

    /** What a file under an address's name is. */
    enum Found {
        /** There is none. */
        ABSENT,
        /** Empty. */
        TORN,
        /** Somebody's reservation. */
        HELD
    }

    private final Libc libc;
    private final Files files;
    private final String path;
    private final FileLock lock;
    private final OpenFile folder;
    private final StringBuilder name = new StringBuilder(96);
    private byte[] content = new byte[512];
    private int from;
    private int to;

    private NetworkFolder(Libc libc, String path, FileLock lock, OpenFile folder) {
        this.libc = libc;
        this.files = new Files(libc);
        this.path = path;
        this.lock = lock;
        this.folder = folder;
    }

    /** Locks a folder; empty, and nothing is made, when there is none. */
    static Optional<NetworkFolder> openIfPresent(Libc libc, String path) {
        Optional<FileLock> lock = FileLock.openIfPresent(libc, path + "/lock", LOCK_MODE, LOCK_WAIT_MILLIS);
        if (lock.isEmpty()) {
            return Optional.empty();
        }
        try {
            OpenFile folder = OpenFile.open(libc, path, Linux.O_RDONLY, 0);
            return Optional.of(new NetworkFolder(libc, path, lock.get(), folder));
        } catch (ErrnoException refused) {
            lock.get().close();
            throw refused;
        }
    }

    /** Locks a folder, which is made if it is missing. */
    static NetworkFolder openOrCreate(Libc libc, String path) {
        Optional<NetworkFolder> folder = openIfPresent(libc, path);
        if (folder.isEmpty()) {
            new Files(libc).ensureFolder(path, FOLDER_MODE);
            folder = openIfPresent(libc, path);
        }
        if (folder.isEmpty()) {
            new Files(libc).checkWritable(path);
            throw new ErrnoException("open", path + "/lock", Errno.ENOENT.negated());
        }
        return folder.get();
    }

    String path() {
        return path;
    }

    FileStat stat() {
        return folder.stat();
    }

    /** Sets the folder's modification time. */
    void setTime(long nanos) {
        folder.setTimes(nanos);
    }

    String pathOf(IpAddr address) {
        return path + "/" + address;
    }

    /** The path of a listing's present name, which is ASCII. */
    String pathOf(Listing listing) {
        name.setLength(0);
        name.append(path).append('/');
        for (int i = 0; i < listing.nameLength(); i++) {
            name.append((char) listing.nameByte(i));
        }
        return name.toString();
    }

    Listing names() {
        return Listing.open(libc, path);
    }

    /**
     * Reads a reservation; who holds it is told by {@link #isHeldBy}, {@link #holderHash} and {@link #holder}. Makes no
     * objects, since a listing may have tens of thousands.
     */
    Found read(String file) {
        int fd = openForReading(file);
        if (fd == Errno.ENOENT.negated() || fd == Errno.ENOTDIR.negated()) {
            return Found.ABSENT;
        }
        if (fd < 0) {
            throw new ErrnoException("open", file, fd);
        }
        to = readStart(fd);
        while (to == content.length && to < LARGEST) {
            content = new byte[to * 4];
            to = readStart(fd);
        }
        libc.close(fd);
        if (to == Errno.EISDIR.negated()) {
            // A folder of that name keeps the address from being reserved, and is nobody's.
            content[0] = 0;
            to = 1;
        }
        if (to < 0) {
            throw new ErrnoException("read", file, to);
        }
        boolean empty = to == 0;
        trim();
        return empty ? Found.TORN : Found.HELD;
    }

    private int openForReading(String file) {
        int fd = libc.open(file, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        while (fd == Errno.EINTR.negated()) {
            fd = libc.open(file, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        }
        return fd;
    }

    private int readStart(int fd) {
        int length = libc.pread(fd, content, 0, content.length, 0);
        while (length == Errno.EINTR.negated()) {
            length = libc.pread(fd, content, 0, content.length, 0);
        }
        return length;
    }

    private void trim() {
        from = 0;
        while (from < to && isSpace(content[from])) {
            from++;
        }
        while (to > from && isSpace(content[to - 1])) {
            to--;
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    boolean isHeldBy(Owner owner) {
        return owner.isNamedBy(content, from, to);
    }

    long holderHash() {
        return Owner.hash(content, from, to);
    }

    /** The holder for people: both lines as one. */
    String holder() {
        String text = Utf8.decode(content, from, Math.min(to - from, 200));
        return text.replace("\r\n", " ");
    }

    /** When a file was last modified, in nanoseconds since 1970; the present if it is gone. */
    long modified(String file) {
        Optional<FileStat> stat = files.stat(file);
        return stat.isPresent() ? stat.get().modificationNanos() : Long.MAX_VALUE;
    }

    /** Writes a reservation that has no address yet. */
    void stage(Owner owner) {
        String staged = path + "/" + STAGED;
        int flags = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL;
        OpenFile file;
        try {
            file = OpenFile.open(libc, staged, flags, MODE);
        } catch (ErrnoException refused) {
            // A killed call's. It may be linked to an address, so it must not be written to.
            if (refused.errno() != Errno.EEXIST || !files.remove(staged)) {
                throw refused;
            }
            file = OpenFile.open(libc, staged, flags, MODE);
        }
        try (OpenFile open = file) {
            open.write(owner.content());
            open.finish();
        }
    }

    /** Removes what {@link #stage} wrote, if it is still there. */
    void unstage() {
        files.remove(path + "/" + STAGED);
    }

    /**
     * Gives an address to the staged reservation, which can be given more.
     *
     * @return false when the address is taken
     */
    boolean link(Owner owner, IpAddr address) {
        String file = pathOf(address);
        int answer = libc.link(path + "/" + STAGED, file);
        if (answer == Errno.EEXIST.negated() && read(file) == Found.TORN) {
            files.remove(file);
            answer = libc.link(path + "/" + STAGED, file);
        }
        if (answer == Errno.EPERM.negated() || answer == Errno.EOPNOTSUPP.negated()) {
            // This file system has no links. The lock keeps the name free between the look and the rename.
            if (read(file) == Found.HELD) {
                return false;
            }
            replace(owner, address);
            return true;
        }
        if (answer < 0 && answer != Errno.EEXIST.negated()) {
            throw new ErrnoException("create", file, answer);
        }
        return answer >= 0;
    }

    /** Gives the staged reservation's own file to the address, and stages it again. */
    private void replace(Owner owner, IpAddr address) {
        files.rename(path + "/" + STAGED, pathOf(address));
        stage(owner);
    }

    /** Removes a reservation; false if there was none. */
    boolean remove(String file) {
        return files.remove(file);
    }

    @Override
    public void close() {
        folder.close();
        lock.close();
    }
}
