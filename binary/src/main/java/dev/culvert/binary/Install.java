// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import dev.culvert.os.FileLock;
import dev.culvert.os.Listing;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts one file under many names into a folder that runtimes are using, and takes it away again.
 *
 * <p>A name always leads to a whole program: the old one until a rename, the new one from then on.
 * What stood under a name before the first of our installs is kept and comes back with undo; a name
 * that was free is free again. A program that somebody else put there later, as a package's upgrade
 * does, is not ours: the next install keeps that one, and undo leaves it alone.
 *
 * <pre>
 * DIR/NAME                            ours, hard links of one file (copies where the file system has no links)
 * DIR/.culvert-replaced/NAME          what NAME was
 * DIR/.culvert-replaced/NAME.absent   NAME was not there
 * DIR/.culvert-replaced/.ours-N       a further link of what we installed, by which ours is known; two while an
 *                                     install is under way or was killed
 * DIR/.culvert-replaced/.lock         one install or undo at a time
 * </pre>
 */
final class Install {
    private static final String KEPT = ".culvert-replaced";
    private static final String ABSENT = ".absent";
    private static final String OURS = ".ours-";
    private static final String LOCK = ".lock";
    private static final int WAIT_MILLIS = 10_000;

    private final Libc libc;
    private final PlainFiles files;
    private final String folder;
    private final String kept;

    Install(Libc libc, String folder) {
        this.libc = libc;
        this.files = new PlainFiles(libc);
        this.folder = folder;
        this.kept = folder + "/" + KEPT;
    }

    /**
     * Installs a program under the names; a second time is fine.
     *
     * @return what was done, for people
     * @throws ErrnoException with the folder or file in the way; then every name leads to what it
     *     led to, unless renaming itself was refused
     */
    String run(String program, List<String> names) {
        if (!files.isFolder(folder)) {
            int errno = files.exists(folder) ? Errno.ENOTDIR.negated() : Errno.ENOENT.negated();
            throw new ErrnoException("install into", folder, errno);
        }
        for (String name : names) {
            if (files.isFolder(target(name))) {
                throw new ErrnoException("replace", target(name), Errno.EISDIR.negated());
            }
        }
        files.makeFolder(kept);
        locked(() -> replace(program, names));
        return "installed " + String.join(", ", names) + " in " + folder + "\n"
                + "kept what was there in " + kept + "; \"culvert install --undo " + folder
                + "\" brings it back\n";
    }

    /** Everything that can fail for want of room or rights comes before the first rename. */
    private void replace(String program, List<String> wanted) {
        List<String> ours = ours();
        List<String> names = withInstalled(wanted, ours);
        String fresh = kept + "/" + OURS + unused(ours);
        try {
            files.copy(program, fresh);
            for (String name : names) {
                keep(name, ours);
            }
            for (String name : names) {
                files.linkOrCopy(fresh, fresh + name);
            }
        } catch (ErrnoException e) {
            names.forEach(name -> libc.unlink(fresh + name));
            libc.unlink(fresh);
            throw e;
        }
        for (String name : names) {
            files.rename(fresh + name, target(name));
        }
        files.sync(folder);
        ours.forEach(files::remove);
    }

    /** What an earlier install has put under other names goes along: no name keeps an old program. */
    private List<String> withInstalled(List<String> wanted, List<String> ours) {
        List<String> names = new ArrayList<>(wanted);
        for (String entry : list()) {
            String name = entry.endsWith(ABSENT)
                    ? entry.substring(0, entry.length() - ABSENT.length())
                    : entry;
            if (!name.startsWith(".") && !names.contains(name) && isOurs(target(name), ours)) {
                names.add(name);
            }
        }
        return names;
    }

    private void locked(Runnable work) {
        FileLock lock = lock();
        try {
            work.run();
        } finally {
            lock.close();
        }
    }

    private FileLock lock() {
        return FileLock.openIfPresent(libc, kept + "/" + LOCK, 0600, WAIT_MILLIS)
                .orElseThrow(() -> new ErrnoException("lock", kept, Errno.EAGAIN.negated()));
    }

    private String target(String name) {
        return folder + "/" + name;
    }

    /**
     * The paths of what we have installed; also of a temporary name that a killed install left,
     * which does no harm.
     */
    private List<String> ours() {
        List<String> ours = new ArrayList<>();
        for (String name : list()) {
            if (name.startsWith(OURS)) {
                ours.add(kept + "/" + name);
            }
        }
        return ours;
    }

    private List<String> list() {
        List<String> names = new ArrayList<>();
        try (Listing listing = Listing.open(libc, kept)) {
            while (listing.advance()) {
                names.add(listing.name());
            }
        }
        names.sort(null);
        return names;
    }

    private int unused(List<String> ours) {
        int number = 1;
        while (ours.contains(kept + "/" + OURS + number)) {
            number++;
        }
        return number;
    }

    private boolean isOurs(String path, List<String> ours) {
        for (String own : ours) {
            if (files.isSame(path, own)) {
                return true;
            }
        }
        return false;
    }

    /** Keeps what stands under a name, unless it is ours and the original is kept already. */
    private void keep(String name, List<String> ours) {
        String original = kept + "/" + name;
        if (!files.exists(target(name))) {
            if (!files.exists(original)) {
                files.create(original + ABSENT);
            }
            return;
        }
        if (!isOurs(target(name), ours)) {
            files.keep(target(name), original, kept + "/.part");
            files.remove(original + ABSENT);
        }
    }

    /**
     * Brings back what was kept; a second time does nothing.
     *
     * @return what was done, for people
     */
    String undo() {
        if (!files.isFolder(kept)) {
            return "nothing to undo in " + folder + "\n";
        }
        StringBuilder told = new StringBuilder();
        locked(() -> restore(told));
        return told.toString();
    }

    private void restore(StringBuilder told) {
        List<String> ours = ours();
        for (String name : list()) {
            if (name.endsWith(ABSENT)) {
                free(name.substring(0, name.length() - ABSENT.length()), ours, told);
            } else if (!name.startsWith(".")) {
                bringBack(name, ours, told);
            }
        }
        files.sync(folder);
        for (String name : list()) {
            if (name.startsWith(
                    ".")) { // Ours to know ours by, a part that a killed install left, the lock.
                files.remove(kept + "/" + name);
            }
        }
        files.removeFolderIfEmpty(kept);
    }

    private void bringBack(String name, List<String> ours, StringBuilder told) {
        String original = kept + "/" + name;
        if (files.exists(target(name))
                && !isOurs(target(name), ours)
                && !files.isSame(target(name), original)) {
            told.append("left ")
                    .append(target(name))
                    .append(", which is not ours any more; what we had replaced is in ")
                    .append(original)
                    .append('\n');
            return;
        }
        files.rename(original, target(name));
        files.remove(
                original); // Still there when both names led to one file: rename does nothing then.
        told.append("brought back ").append(target(name)).append('\n');
    }

    private void free(String name, List<String> ours, StringBuilder told) {
        if (isOurs(target(name), ours)) {
            files.remove(target(name));
            told.append("removed ").append(target(name)).append('\n');
        } else if (files.exists(target(name))) {
            told.append("left ").append(target(name)).append(", which is not ours\n");
        }
        files.remove(kept + "/" + name + ABSENT);
    }
}
