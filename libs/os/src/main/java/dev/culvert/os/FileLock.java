// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;

/**
 * An exclusive flock(2) on a file, held while this object is open. It ends with the process,
 * however that ends.
 *
 * <p>Waiting is bounded: the lock is tried, then tried again after pauses of one to eight
 * milliseconds, because a blocking flock cannot be given a limit.
 */
public final class FileLock implements AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int LONGEST_PAUSE_MILLIS = 8;

    private final OpenFile file;

    private FileLock(OpenFile file) {
        this.file = file;
    }

    /**
     * Takes the lock, creating its file in a folder.
     *
     * @param mode permissions of a file that is created by this
     * @param waitMillis how long to wait for another holder
     * @return empty when the folder was removed meanwhile
     * @throws ErrnoException EAGAIN when another process holds it for longer
     */
    public static Optional<FileLock> openIfPresent(
            Libc libc, OpenFolder folder, String name, int mode, int waitMillis) {
        long deadline = libc.clockNanos(Linux.CLOCK_MONOTONIC) + waitMillis * NANOS_PER_MILLI;
        while (true) {
            Optional<OpenFile> file =
                    folder.openIfPresent(name, Linux.O_RDONLY | Linux.O_CREAT, mode);
            if (file.isEmpty()) {
                return Optional.empty();
            }
            try {
                if (take(libc, file.get(), deadline, waitMillis)) {
                    return Optional.of(new FileLock(file.get()));
                }
            } catch (RuntimeException refused) {
                file.get().close();
                throw refused;
            }
            file.get().close();
        }
    }

    /**
     * Whether the lock taken is still the folder's: its file may have been removed, and perhaps
     * made anew, since it was opened.
     */
    private static boolean take(Libc libc, OpenFile file, long deadline, int waitMillis) {
        int pause = 1;
        while (!attempt(libc, file)) {
            if (libc.clockNanos(Linux.CLOCK_MONOTONIC) >= deadline) {
                throw new ErrnoException(
                        "lock",
                        file.path() + ", which another process has held for " + waitMillis + " ms",
                        Errno.EAGAIN.negated());
            }
            libc.poll(new byte[0], 0, pause);
            pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
        }
        return file.stat().links() > 0;
    }

    private static boolean attempt(Libc libc, OpenFile file) {
        int answer = libc.flock(file.fd(), Linux.LOCK_EX | Linux.LOCK_NB);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.flock(file.fd(), Linux.LOCK_EX | Linux.LOCK_NB);
        }
        if (answer < 0 && answer != Errno.EAGAIN.negated()) {
            throw new ErrnoException("lock", file.path(), answer);
        }
        return answer >= 0;
    }

    @Override
    public void close() {
        file.close();
    }
}
