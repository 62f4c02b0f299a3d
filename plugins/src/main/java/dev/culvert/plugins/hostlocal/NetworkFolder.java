// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.base.Utf8;
import dev.culvert.net.IpAddr;
import dev.culvert.os.FileLock;
import dev.culvert.os.FileStat;
import dev.culvert.os.Files;
import dev.culvert.os.Listing;
import dev.culvert.os.OpenFile;
import dev.culvert.os.OpenFolder;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;

/**
 * A network's folder, locked: the reservations themselves, as the reference's host-local lays them
 * out.
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
 * Whoever may write to the folder must not lead a process of root elsewhere: the folder and the
 * files in it are no symbolic links, and everything is found from the folder's descriptor on.
 *
 * <p>A reservation appears whole: it is written under the last name, then linked to its address.
 * There is one such name, so that what a killed call left is found without looking for it. An empty
 * file under the name of an address can only be a reservation that the reference was killed in, and
 * counts as none.
 */
final class NetworkFolder implements AutoCloseable {
    static final String LOCK = "lock";
    static final String STAGED = ".culvert-lease.new";

    private static final int FOLDER_MODE = 0755;
    private static final int LOCK_MODE = 0750;
    private static final int MODE = 0600;
    private static final int LOCK_WAIT_MILLIS = 30_000;
    private static final int LARGEST = 1 << 20;
    private static final int NAME_MAX = 255;
    /** Not waiting, since a pipe of an address's name would be waited for without an end. */
    private static final int READING =
            Linux.O_RDONLY | Linux.O_CLOEXEC | Linux.O_NONBLOCK | Linux.O_NOFOLLOW;

    /** What a file under an address's name is. */
    enum Found {
        /** There is none. */
        ABSENT,
        /** Empty. */
        TORN,
        /** Somebody's reservation. */
        HELD,
        /**
         * Taken, by nobody knows whom: what is there cannot be read, as a folder or what a damaged
         * disk refuses.
         */
        UNREADABLE
    }

    private final Libc libc;
    private final FileLock lock;
    private final OpenFolder folder;
    private final byte[] name = new byte[NAME_MAX + 1];
    private byte[] content = new byte[512];
    private int from;
    private int to;
    private ErrnoException refusal;

    private NetworkFolder(Libc libc, FileLock lock, OpenFolder folder) {
        this.libc = libc;
        this.lock = lock;
        this.folder = folder;
    }

    /** Locks a folder; empty, and nothing is made, when there is none. */
    static Optional<NetworkFolder> openIfPresent(Libc libc, String path) {
        return OpenFolder.openIfPresent(libc, path).flatMap(folder -> locked(libc, folder));
    }

    /** Empty when the folder was removed meanwhile; then, or when it throws, it is closed. */
    private static Optional<NetworkFolder> locked(Libc libc, OpenFolder folder) {
        Optional<FileLock> lock = Optional.empty();
        try {
            lock = FileLock.openIfPresent(libc, folder, LOCK, LOCK_MODE, LOCK_WAIT_MILLIS);
        } finally {
            if (lock.isEmpty()) {
                folder.close();
            }
        }
        return lock.map(held -> new NetworkFolder(libc, held, folder));
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
            throw new ErrnoException("open", path + "/" + LOCK, Errno.ENOENT.negated());
        }
        return folder.get();
    }

    String path() {
        return folder.path();
    }

    /** For the files beside the reservations. */
    OpenFolder files() {
        return folder;
    }

    FileStat stat() {
        return folder.stat();
    }

    /** Sets the folder's modification time. */
    void setTime(long nanos) {
        folder.setTimes(nanos);
    }

    String pathOf(IpAddr address) {
        return folder.pathOf(address.toString());
    }

    Listing names() {
        return folder.names();
    }

    /** Reads the reservation of an address; as {@link #read(Listing)}. */
    Found read(IpAddr address) {
        nameIs(address);
        return readNamed();
    }

    private void nameIs(IpAddr address) {
        byte[] text = Utf8.encode(address.toString());
        System.arraycopy(text, 0, name, 0, text.length);
        name[text.length] = 0;
    }

    /**
     * Reads the reservation of a listing's present name; who holds it is told by {@link #isHeldBy},
     * {@link #holderHash} and {@link #holder}. Makes no objects, since a listing may have tens of
     * thousands of names.
     */
    Found read(Listing listing) {
        int length = Math.min(listing.nameLength(), NAME_MAX);
        for (int i = 0; i < length; i++) {
            name[i] = listing.nameByte(i);
        }
        name[length] = 0;
        return readNamed();
    }

    private Found readNamed() {
        from = 0;
        to = 0;
        int length = -1;
        // Twice: for a refusal that passes nobody shall lose sight of a reservation.
        for (int tries = 0; tries < 2 && length < 0; tries++) {
            length = readWhole();
            if (length == Errno.ENOENT.negated()) {
                return Found.ABSENT;
            }
        }
        if (length < 0) {
            refusal = refused("read", length);
            Errno errno = refusal.errno();
            if (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOMEM) {
                throw refusal; // This says nothing about the file.
            }
            return Found.UNREADABLE;
        }
        to = length;
        trim();
        return length == 0 ? Found.TORN : Found.HELD;
    }

    /** Why the file that was read last is {@link Found#UNREADABLE}. */
    ErrnoException refusal() {
        return refusal;
    }

    /** How long the file is, its bytes in {@link #content}; or a negated errno. */
    private int readWhole() {
        int fd = openNamed();
        if (fd < 0) {
            return fd;
        }
        int length = readStart(fd);
        while (length == content.length && length < LARGEST) {
            content = new byte[length * 4];
            length = readStart(fd);
        }
        libc.close(fd);
        return length;
    }

    private ErrnoException refused(String operation, int answer) {
        int length = 0;
        while (name[length] != 0) {
            length++;
        }
        return new ErrnoException(operation, folder.pathOf(Utf8.decode(name, 0, length)), answer);
    }

    private int openNamed() {
        int fd = libc.openat(folder.fd(), name, READING, 0);
        while (fd == Errno.EINTR.negated()) {
            fd = libc.openat(folder.fd(), name, READING, 0);
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

    /** Empty when the file is no reservation. */
    Optional<Owner> owner() {
        return Owner.parse(content, from, to);
    }

    long holderHash() {
        return Owner.hash(content, from, to);
    }

    /** The holder for people: both lines as one. */
    String holder() {
        String text = Utf8.decode(content, from, Math.min(to - from, 200));
        return text.replace("\r\n", " ");
    }

    /**
     * When a file was last modified, in nanoseconds since 1970; the far future if it is gone or
     * does not tell.
     */
    long modified(String file) {
        try {
            Optional<FileStat> stat = folder.stat(file);
            return stat.isPresent() ? stat.get().modificationNanos() : Long.MAX_VALUE;
        } catch (ErrnoException unreadable) {
            return Long.MAX_VALUE;
        }
    }

    /** Writes a reservation that has no address yet. */
    void stage(Owner owner) {
        int flags = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL;
        OpenFile file;
        try {
            file = folder.open(STAGED, flags, MODE);
        } catch (ErrnoException refused) {
            // A killed call's. It may be linked to an address, so it must not be written to.
            if (refused.errno() != Errno.EEXIST || !folder.remove(STAGED)) {
                throw refused;
            }
            file = folder.open(STAGED, flags, MODE);
        }
        try (OpenFile open = file) {
            open.write(owner.content());
            open.finish();
        }
    }

    /** Removes what {@link #stage} wrote, if it is still there. */
    void unstage() {
        folder.remove(STAGED);
    }

    /**
     * Gives an address to the staged reservation, which can be given more.
     *
     * @return false when the address is taken
     */
    boolean link(Owner owner, IpAddr address) {
        String file = address.toString();
        int answer = folder.tryLink(STAGED, folder, file);
        if (answer == Errno.EEXIST.negated() && read(address) == Found.TORN) {
            removeNamed();
            answer = folder.tryLink(STAGED, folder, file);
        }
        if (answer == Errno.EPERM.negated() || answer == Errno.EOPNOTSUPP.negated()) {
            // This file system has no links. The lock keeps the name free between the look and the
            // rename.
            Found found = read(address);
            if (found == Found.HELD || found == Found.UNREADABLE) {
                return false;
            }
            replace(owner, address);
            return true;
        }
        if (answer < 0 && answer != Errno.EEXIST.negated()) {
            throw new ErrnoException("create", folder.pathOf(file), answer);
        }
        return answer >= 0;
    }

    /** Gives the staged reservation's own file to the address, and stages it again. */
    private void replace(Owner owner, IpAddr address) {
        folder.rename(STAGED, address.toString());
        try {
            stage(owner);
        } catch (ErrnoException refused) {
            remove(address);
            throw refused;
        }
    }

    /** Removes the reservation of an address; false if there was none. */
    boolean remove(IpAddr address) {
        nameIs(address);
        return removeNamed();
    }

    /** Removes the file that was read last; false if there is none. Makes no objects. */
    boolean removeNamed() {
        int answer = libc.unlinkat(folder.fd(), name, 0);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.unlinkat(folder.fd(), name, 0);
        }
        if (answer < 0 && answer != Errno.ENOENT.negated()) {
            throw refused("remove", answer);
        }
        return answer >= 0;
    }

    /**
     * Removes what a killed call left, if there is any; where that is refused nothing can be
     * reserved either.
     */
    void discard(String file) {
        try {
            folder.remove(file);
        } catch (ErrnoException readOnly) {
            return;
        }
    }

    @Override
    public void close() {
        folder.close();
        lock.close();
    }
}
