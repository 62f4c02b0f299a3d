// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.net.IpAddr;
import dev.culvert.os.FileStat;
import dev.culvert.os.Listing;
import dev.culvert.os.OpenFolder;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The leases of all networks below a data directory, for people. */
public final class Leases {
    /** Where the reference keeps them. */
    public static final String DATA_DIR = "/var/lib/cni/networks";

    private final Libc libc;
    private final String dataDir;

    /**
     * One lease.
     *
     * @param holder container id and interface; whatever stands in the file, if that is no lease
     * @param earlierBoot whether it was made before this machine was started, by an attachment
     *     without a link on this host: no container of then lives
     */
    public record Lease(String network, String address, String holder, boolean earlierBoot) {}

    public Leases(Libc libc, String dataDir) {
        this.libc = libc;
        this.dataDir = dataDir;
    }

    /**
     * All leases, by network, then in the order of the folder. Changes nothing unless it is asked
     * to free.
     *
     * @param free whether those of earlier boots are freed; goes on after a refusal
     * @throws ErrnoException ENOENT if there is no such data directory; the first refusal
     */
    public List<Lease> list(boolean free) {
        List<Lease> leases = new ArrayList<>();
        List<ErrnoException> refusals = new ArrayList<>();
        for (String network : networks()) {
            Optional<Store> opened = Store.look(libc, dataDir + "/" + network);
            if (opened.isEmpty()) {
                continue;
            }
            try (Store store = opened.get()) {
                int before = leases.size();
                store.tell((address, holder, earlierBoot) ->
                        leases.add(new Lease(network, address, holder, earlierBoot)));
                if (free) {
                    free(store, leases.subList(before, leases.size()), refusals);
                }
            }
        }
        ErrnoException.throwFirst(refusals);
        return leases;
    }

    private static void free(Store store, List<Lease> leases, List<ErrnoException> refusals) {
        for (Lease lease : leases) {
            if (lease.earlierBoot()) {
                try {
                    store.free(IpAddr.parse(lease.address()));
                } catch (ErrnoException refused) {
                    refusals.add(refused);
                }
            }
        }
    }

    /** The folders that are locked for leases, sorted: in others nothing is touched. */
    private List<String> networks() {
        List<String> names = new ArrayList<>();
        try (OpenFolder folder = OpenFolder.open(libc, dataDir);
                Listing all = folder.names()) {
            while (all.advance()) {
                String name = all.name();
                if (folder.stat(name).filter(FileStat::isFolder).isPresent()
                        && folder.stat(name + "/" + NetworkFolder.LOCK)
                                .filter(FileStat::isRegular)
                                .isPresent()) {
                    names.add(name);
                }
            }
        }
        names.sort(null);
        return names;
    }
}
