// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import dev.culvert.binary.PlainFiles.Place;
import dev.culvert.os.FileLock;
import dev.culvert.os.FileStat;
import dev.culvert.os.Listing;
import dev.culvert.os.OpenFolder;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts one file under many names into a folder that runtimes are using, and takes it away again.
 *
 * <p>A name always leads to a whole program: the old one until a rename, the new one from then on.
 * What stood under a name before the first of our installs is kept and comes back with undo; a name
 * that was free is free again. A program that somebody else put there later, as a package's upgrade
 * does, is not ours: the next install keeps that one, and undo leaves it alone. What is kept comes
 * back as a program that root runs, so nobody else may be able to put anything there.
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
    private static final int WRITABLE_BY_OTHERS = 022;

    private final Libc libc;
    private final PlainFiles files;
    private final String path;

    /** The two folders while they are open. */
    private record Folders(OpenFolder target, OpenFolder kept) {
        Place target(String name) {
            return new Place(target, name);
        }

        Place kept(String name) {
            return new Place(kept, name);
        }
    }

    private interface Work {
        void run(Folders folders);
    }

    Install(Libc libc, String folder) {
        this.libc = libc;
        this.files = new PlainFiles(libc);
        this.path = folder;
    }

    private String keptPath() {
        return path + "/" + KEPT;
    }

    /**
     * Installs a program under the names; a second time is fine.
     *
     * @return what was done, for people
     * @throws ErrnoException with the folder or file in the way; then every name leads to what it
     *     led to, unless renaming itself was refused
     */
    String run(String program, List<String> names) {
        try (OpenFolder target = openTarget()) {
            for (String name : names) {
                if (target.stat(name).filter(FileStat::isFolder).isPresent()) {
                    throw new ErrnoException(
                            "replace", target.pathOf(name), Errno.EISDIR.negated());
                }
            }
            files.makeFolder(keptPath());
            try (OpenFolder kept = openKept()
                    .orElseThrow(() -> new ErrnoException(
                            "install into", keptPath(), Errno.ENOTDIR.negated()))) {
                locked(new Folders(target, kept), folders -> replace(folders, program, names));
            }
        }
        return "installed " + String.join(", ", names) + " in " + path + "\n"
                + "kept what was there in " + keptPath() + "; \"culvert install --undo " + path
                + "\" brings it back\n";
    }

    private OpenFolder openTarget() {
        try {
            return OpenFolder.open(libc, path);
        } catch (ErrnoException refused) {
            throw new ErrnoException("install into", path, refused.errnoNumber());
        }
    }

    /** Empty if there is none; somebody else's is refused. */
    private Optional<OpenFolder> openKept() {
        Optional<OpenFolder> kept = OpenFolder.openIfPresent(libc, keptPath());
        if (kept.isPresent()) {
            FileStat stat = kept.get().stat();
            if (stat.uid() != libc.geteuid() || (stat.mode() & WRITABLE_BY_OTHERS) != 0) {
                kept.get().close();
                throw new ErrnoException(
                        "use",
                        keptPath() + ", which another user can write to",
                        Errno.EPERM.negated());
            }
        }
        return kept;
    }

    /** Everything that can fail for want of room or rights comes before the first rename. */
    private void replace(Folders folders, String program, List<String> wanted) {
        List<Place> ours = ours(folders);
        List<String> names = withInstalled(folders, wanted, ours);
        Place fresh = folders.kept(OURS + unused(ours));
        try {
            files.copy(program, fresh);
            for (String name : names) {
                keep(folders, name, ours);
            }
            for (String name : names) {
                files.linkOrCopy(fresh, fresh.named(fresh.name() + name));
            }
        } catch (ErrnoException e) {
            for (String name : names) {
                PlainFiles.removeAfter(e, fresh.named(fresh.name() + name));
            }
            PlainFiles.removeAfter(e, fresh);
            throw e;
        }
        for (String name : names) {
            fresh.named(fresh.name() + name).renameTo(folders.target(name));
        }
        files.sync(folders.target);
        ours.forEach(Place::remove);
    }

    /**
     * What an earlier install has put under other names goes along: no name keeps an old program.
     */
    private List<String> withInstalled(Folders folders, List<String> wanted, List<Place> ours) {
        List<String> names = new ArrayList<>(wanted);
        for (String entry : list(folders.kept)) {
            String name = entry.endsWith(ABSENT)
                    ? entry.substring(0, entry.length() - ABSENT.length())
                    : entry;
            if (!name.startsWith(".")
                    && !names.contains(name)
                    && isOurs(folders.target(name), ours)) {
                names.add(name);
            }
        }
        return names;
    }

    private void locked(Folders folders, Work work) {
        FileLock lock = FileLock.openIfPresent(libc, folders.kept, LOCK, 0600, WAIT_MILLIS)
                .orElseThrow(() -> new ErrnoException("lock", keptPath(), Errno.EAGAIN.negated()));
        try {
            work.run(folders);
        } finally {
            lock.close();
        }
    }

    /**
     * What we have installed; also a temporary name that a killed install left, which does no harm.
     */
    private static List<Place> ours(Folders folders) {
        List<Place> ours = new ArrayList<>();
        for (String name : list(folders.kept)) {
            if (name.startsWith(OURS)) {
                ours.add(folders.kept(name));
            }
        }
        return ours;
    }

    private static List<String> list(OpenFolder folder) {
        List<String> names = new ArrayList<>();
        try (Listing listing = folder.names()) {
            while (listing.advance()) {
                names.add(listing.name());
            }
        }
        names.sort(null);
        return names;
    }

    private static int unused(List<Place> ours) {
        int number = 1;
        while (isTaken(ours, OURS + number)) {
            number++;
        }
        return number;
    }

    private static boolean isTaken(List<Place> ours, String name) {
        return ours.stream().anyMatch(own -> own.name().equals(name));
    }

    private boolean isOurs(Place place, List<Place> ours) {
        for (Place own : ours) {
            if (files.isSame(place, own)) {
                return true;
            }
        }
        return false;
    }

    /** Keeps what stands under a name, unless it is ours and the original is kept already. */
    private void keep(Folders folders, String name, List<Place> ours) {
        Place target = folders.target(name);
        Place original = folders.kept(name);
        Place absent = folders.kept(name + ABSENT);
        if (!target.exists()) {
            if (!original.exists()) {
                absent.open(Linux.O_WRONLY | Linux.O_CREAT, 0644).close();
            }
            return;
        }
        if (!isOurs(target, ours)) {
            files.keep(target, original, folders.kept(".part"));
            absent.remove();
        }
    }

    /**
     * Brings back what was kept; a second time does nothing.
     *
     * @return what was done, for people
     */
    String undo() {
        StringBuilder told = new StringBuilder();
        try (OpenFolder target = openTarget()) {
            Optional<OpenFolder> found = openKept();
            if (found.isEmpty()) {
                return "nothing to undo in " + path + "\n";
            }
            try (OpenFolder kept = found.get()) {
                locked(new Folders(target, kept), folders -> restore(folders, told));
            }
        }
        return told.toString();
    }

    private void restore(Folders folders, StringBuilder told) {
        List<Place> ours = ours(folders);
        for (String name : list(folders.kept)) {
            if (name.endsWith(ABSENT)) {
                free(folders, name.substring(0, name.length() - ABSENT.length()), ours, told);
            } else if (!name.startsWith(".")) {
                bringBack(folders, name, ours, told);
            }
        }
        files.sync(folders.target);
        for (String name : list(folders.kept)) {
            // Ours to know ours by, a part that a killed install left, the lock.
            if (name.startsWith(".")) {
                folders.kept(name).remove();
            }
        }
        files.removeFolderIfEmpty(keptPath());
    }

    private void bringBack(Folders folders, String name, List<Place> ours, StringBuilder told) {
        Place original = folders.kept(name);
        Place target = folders.target(name);
        if (target.exists() && !isOurs(target, ours) && !files.isSame(target, original)) {
            told.append("left ")
                    .append(target)
                    .append(", which is not ours any more; what we had replaced is in ")
                    .append(original)
                    .append('\n');
            return;
        }
        original.renameTo(target);
        original.remove(); // Still there when both were one file: rename does nothing then.
        told.append("brought back ").append(target).append('\n');
    }

    private void free(Folders folders, String name, List<Place> ours, StringBuilder told) {
        Place target = folders.target(name);
        if (isOurs(target, ours)) {
            target.remove();
            told.append("removed ").append(target).append('\n');
        } else if (target.exists()) {
            told.append("left ").append(target).append(", which is not ours\n");
        }
        folders.kept(name + ABSENT).remove();
    }
}
