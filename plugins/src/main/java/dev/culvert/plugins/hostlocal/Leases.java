// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.os.FileStat;
import dev.culvert.os.Files;
import dev.culvert.os.Listing;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;

import java.util.ArrayList;
import java.util.List;

/** The leases of all networks below a data directory, for people. */
public final class Leases {
    /** Where the reference keeps them. */
    public static final String DATA_DIR = "/var/lib/cni/networks";

    private final Libc libc;
    private final String dataDir;

    /**
     * One lease.
     *
     * @param holder container id and interface
     * @param earlierBoot whether it was made before this machine was started: no container of then
     *     lives
     */
    public record Lease(String network, String address, String holder, boolean earlierBoot) {}

    public Leases(Libc libc, String dataDir) {
        this.libc = libc;
        this.dataDir = dataDir;
    }

    /**
     * All leases, by network, then in the order of the folder.
     *
     * @param free whether those of earlier boots are freed; goes on after a refusal
     * @throws ErrnoException ENOENT if there is no such data directory; the first refusal
     */
    public List<Lease> list(boolean free) {
        List<Lease> leases = new ArrayList<>();
        List<ErrnoException> refusals = new ArrayList<>();
        for (String network : networks()) {
            try (Store store = Store.openOrCreate(libc, dataDir + "/" + network)) {
                store.tell((address, holder, earlierBoot) ->
                        leases.add(new Lease(network, address, holder, earlierBoot)));
                if (free) {
                    refusals.addAll(store.sweep(
                            (folder, listing) -> !store.isFromEarlierBoot(folder.pathOf(listing))));
                }
            }
        }
        ErrnoException.throwFirst(refusals);
        return leases;
    }

    /** The folders that are locked for leases, sorted: in others nothing is touched. */
    private List<String> networks() {
        List<String> names = new ArrayList<>();
        Files files = new Files(libc);
        try (Listing all = Listing.open(libc, dataDir)) {
            while (all.advance()) {
                String name = all.name();
                if (isLockable(files, dataDir + "/" + name)) {
                    names.add(name);
                }
            }
        }
        names.sort(null);
        return names;
    }

    private static boolean isLockable(Files files, String path) {
        return files.stat(path).filter(FileStat::isFolder).isPresent()
                && files.stat(path + "/lock").filter(FileStat::isRegular).isPresent();
    }
}
