// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.net.IpAddr;
import dev.culvert.os.Boot;
import dev.culvert.os.FileStat;
import dev.culvert.os.Listing;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The reservations of one network: the files, which are the truth, found through the index, which
 * is a cache of them. Holds the network's lock while it is open.
 *
 * <p>The index is true while its header names this folder, this boot, and the folder's modification
 * time. Who changes files first changes them, then writes the index with a new time in its header,
 * then sets the folder's time to it ({@link #settle}). So whatever happens in between, and whatever
 * anyone else does to the folder, shows as another time, and the index is built anew from a
 * listing. The times are a second in the past, which no change by others can be. Where the index
 * cannot be written the files are searched: nothing fails for its sake.
 */
final class Store implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;

    private record Change(boolean added, long owner, AddressBits address) {}

    /** Which reservations stay when the folder is swept. */
    interface Keep {
        /** Asked about the listing's present name, after its file was read. */
        boolean keep(NetworkFolder folder, Listing listing);
    }

    private final Libc libc;
    private final NetworkFolder folder;
    private final IndexHeader.Identity identity;
    private final long folderTime;
    private final List<Change> changes = new ArrayList<>();
    private Optional<Index> index;
    private Optional<LiveLinks> live = Optional.empty();
    private long earliestBoot;
    private boolean indexable = true;
    private boolean unpublished;
    private boolean touched;
    private boolean staged;

    private Store(Libc libc, NetworkFolder folder, boolean looking) {
        this.libc = libc;
        this.folder = folder;
        FileStat stat = folder.stat();
        this.folderTime = stat.modificationNanos();
        this.identity = new IndexHeader.Identity(bootId(), stat.inode());
        this.earliestBoot = Boot.startNanos(libc);
        this.index = Index.open(libc, folder.files());
        learnBoot();
        if (index.isPresent() && (looking || !isTrue(index.get().header()))) {
            forget();
        }
        if (index.isEmpty() && !looking) {
            rebuild();
        }
    }

    /** An index of this boot, though it may not be true any more, knows when that began. */
    private void learnBoot() {
        Optional<IndexHeader> header = index.map(Index::header);
        if (header.isPresent() && header.get().identity().bootId().equals(identity.bootId())) {
            earliestBoot = Math.min(earliestBoot, header.get().earliestBoot());
        } else {
            earliestBoot = Math.min(earliestBoot, earliestBoot + Boot.offsetNanos(libc));
        }
    }

    private boolean isTrue(IndexHeader header) {
        return indexable && header.identity().equals(identity) && header.stamp() == folderTime;
    }

    /** Without it an index could be one from before a crash of the machine. */
    private String bootId() {
        try {
            return Boot.id(libc);
        } catch (ErrnoException unreadable) {
            indexable = false;
            return "";
        }
    }

    /** Locks a network's reservations; empty, and nothing is made, when it has no folder. */
    static Optional<Store> openIfPresent(Libc libc, String path) {
        return NetworkFolder.openIfPresent(libc, path).map(folder -> of(libc, folder, false));
    }

    /**
     * As {@link #openIfPresent}, for questions about the files themselves: makes no index, and
     * changes nothing but what it is told to free.
     */
    static Optional<Store> look(Libc libc, String path) {
        return NetworkFolder.openIfPresent(libc, path).map(folder -> of(libc, folder, true));
    }

    /** Locks a network's reservations; the folder is made if it is missing. */
    static Store openOrCreate(Libc libc, String path) {
        return of(libc, NetworkFolder.openOrCreate(libc, path), false);
    }

    private static Store of(Libc libc, NetworkFolder folder, boolean looking) {
        try {
            return new Store(libc, folder, looking);
        } catch (RuntimeException refused) {
            folder.close();
            throw refused;
        }
    }

    String path() {
        return folder.path();
    }

    String pathOf(IpAddr address) {
        return folder.pathOf(address);
    }

    // Questions

    /**
     * Asks the index; if that is lost or has no answer that the files bear out, a new one, and at
     * last the files.
     */
    private <T> T ask(Function<Index, Optional<T>> question, Supplier<T> files) {
        for (int tries = 0; tries < 2 && index.isPresent(); tries++) {
            try {
                Optional<T> answer = question.apply(index.get());
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (IndexLostException lost) {
                forget();
            }
            if (tries == 0) {
                rebuild();
            } else {
                forget();
            }
        }
        return files.get();
    }

    /** The addresses whose files name exactly this owner. */
    List<IpAddr> addressesOf(Owner owner) {
        return ask(known -> verified(known.addressesOf(owner.hash()), owner), () -> search(owner));
    }

    /**
     * Empty if a file does not say what the index says; a file of this owner's that cannot be read
     * is an error.
     */
    private Optional<List<IpAddr>> verified(List<AddressBits> found, Owner owner) {
        List<IpAddr> addresses = new ArrayList<>();
        for (AddressBits bits : found) {
            IpAddr address = bits.address();
            NetworkFolder.Found file = folder.read(address);
            if (file == NetworkFolder.Found.UNREADABLE) {
                throw folder.refusal();
            }
            if (file != NetworkFolder.Found.HELD || folder.holderHash() != owner.hash()) {
                return Optional.empty();
            }
            if (folder.isHeldBy(owner)) {
                addresses.add(address);
            }
        }
        return Optional.of(addresses);
    }

    private List<IpAddr> search(Owner owner) {
        List<IpAddr> addresses = new ArrayList<>();
        each((name, listing) -> {
            if (folder.read(listing) == NetworkFolder.Found.HELD && folder.isHeldBy(owner)) {
                addresses.add(new AddressBits(name.high(), name.low()).address());
            }
        });
        return addresses;
    }

    /**
     * The first address from one to another that is not known to be taken. Without an index that is
     * the first itself; whether it is free shows when it is reserved.
     */
    Optional<IpAddr> nextFree(IpAddr first, IpAddr last) {
        AddressBits from = AddressBits.of(first);
        AddressBits to = AddressBits.of(last);
        return ask(
                known -> Optional.of(known.nextFree(from, to).map(AddressBits::address)),
                () -> Optional.of(first));
    }

    /** How many addresses have a file, by their names alone, among those that are asked for. */
    long count(Predicate<AddressName> wanted) {
        long[] count = {0};
        each((name, _) -> count[0] += wanted.test(name) ? 1 : 0);
        return count[0];
    }

    /** The same, of those that are orphans. */
    long countOrphans(Predicate<AddressName> wanted) {
        long[] count = {0};
        each((name, listing) -> count[0] += wanted.test(name)
                        && isOld(listing.name())
                        && folder.read(listing) == NetworkFolder.Found.HELD
                        && !isAlive()
                ? 1
                : 0);
        return count[0];
    }

    /**
     * Whether an address's reservation is an orphan, or one from before this machine was started
     * for the owner itself, which may have links again by now.
     */
    boolean isOrphanOr(Owner owner, IpAddr address) {
        return isOld(address.toString())
                && folder.read(address) == NetworkFolder.Found.HELD
                && (folder.isHeldBy(owner) || folder.isHeldBy(owner.withoutIfname()) || !isAlive());
    }

    /**
     * Whether the listing's present name, whose file was just read, is a reservation from before
     * this machine was started, of an attachment that has no link on this host. Its container
     * cannot live.
     */
    boolean isOrphan(Listing listing) {
        return isOld(listing.name()) && !isAlive();
    }

    /** By the file's time, so a machine that does not tell its boots has none. */
    private boolean isOld(String file) {
        return indexable && folder.modified(file) < earliestBoot - SECOND;
    }

    /** Whether the holder of the file that was read last has a link, or cannot be made out. */
    private boolean isAlive() {
        Optional<Owner> owner = folder.owner();
        if (owner.isEmpty()) {
            return true;
        }
        if (live.isEmpty()) {
            String path = folder.path();
            live = Optional.of(LiveLinks.of(libc, path.substring(path.lastIndexOf('/') + 1)));
        }
        return live.get().has(owner.get());
    }

    /** Who holds an address, for people; empty if nobody does. */
    Optional<String> holder(IpAddr address) {
        NetworkFolder.Found file = folder.read(address);
        if (file == NetworkFolder.Found.UNREADABLE) {
            return Optional.of("somebody unknown: " + folder.refusal().getMessage());
        }
        return file == NetworkFolder.Found.HELD ? Optional.of(folder.holder()) : Optional.empty();
    }

    /** What {@link #tell} is told of one reservation. */
    interface Report {
        /** A holder for people, and whether it cannot live any more. */
        void lease(String address, String holder, boolean orphan);
    }

    /** Tells of every reservation, and changes none. */
    void tell(Report report) {
        each((name, listing) -> {
            NetworkFolder.Found file = folder.read(listing);
            if (file == NetworkFolder.Found.UNREADABLE) {
                report.lease(listing.name(), "somebody unknown", false);
            } else if (file == NetworkFolder.Found.HELD) {
                report.lease(listing.name(), folder.holder(), isOrphan(listing));
            }
        });
    }

    private interface Visit {
        void address(AddressName name, Listing listing);
    }

    private void each(Visit visit) {
        var name = new AddressName();
        try (Listing listing = folder.names()) {
            while (listing.advance()) {
                if (name.parse(listing)) {
                    visit.address(name, listing);
                }
            }
        }
    }

    /** Whether {@link #nextFree} knows what is taken. */
    boolean isIndexed() {
        return index.isPresent();
    }

    /** Opens what is remembered of a range set, to be written as well. */
    LastReserved openLastReserved(int rangeSet) {
        return LastReserved.open(folder.files(), rangeSet, true);
    }

    /** The address of a range set that was reserved last, if it is remembered. */
    Optional<IpAddr> lastReserved(int rangeSet) {
        try (LastReserved last = LastReserved.open(folder.files(), rangeSet, false)) {
            return last.address();
        }
    }

    // Changes

    /** Writes a reservation that has no address yet; ends with {@link #unstage}. */
    void stage(Owner owner) {
        touched = true;
        staged = true;
        folder.stage(owner);
    }

    /** Removes what {@link #stage} wrote; its addresses stay. */
    void unstage() {
        folder.unstage();
        staged = false;
    }

    /** Gives an address to the staged reservation; false if it is taken. */
    boolean reserve(Owner owner, IpAddr address) {
        if (!folder.link(owner, address)) {
            return false;
        }
        changes.add(new Change(true, owner.hash(), AddressBits.of(address)));
        return true;
    }

    /** Frees an address, whoever holds it, unless nobody knows who that is. */
    void free(IpAddr address) {
        NetworkFolder.Found file = folder.read(address);
        if (file == NetworkFolder.Found.UNREADABLE) {
            return;
        }
        touched = true;
        if (folder.removeNamed() && file == NetworkFolder.Found.HELD) {
            changes.add(new Change(false, folder.holderHash(), AddressBits.of(address)));
        }
    }

    /** Frees an address of this owner; one that is free already stays so. */
    void release(Owner owner, IpAddr address) {
        touched = true;
        if (folder.remove(address)) {
            changes.add(new Change(false, owner.hash(), AddressBits.of(address)));
        }
    }

    /**
     * Looks at every reservation and removes those that need not be kept, and what killed calls
     * left. Goes on after a refusal: what cannot be read or removed stays, and counts as taken.
     *
     * @return the refusals
     */
    List<ErrnoException> sweep(Keep keep) {
        var sweep = new Sweep(keep);
        begin();
        try {
            each(sweep);
        } catch (ErrnoException unreadable) {
            // What was not seen must not count as free.
            forget();
            throw unreadable;
        }
        return sweep.refused;
    }

    private final class Sweep implements Visit {
        private final Keep keep;
        private final List<ErrnoException> refused = new ArrayList<>();

        Sweep(Keep keep) {
            this.keep = keep;
        }

        @Override
        public void address(AddressName name, Listing listing) {
            switch (folder.read(listing)) {
                case ABSENT -> {}
                case TORN -> discardTorn();
                case HELD -> {
                    long holder = folder.holderHash();
                    if (keep.keep(folder, listing) || !remove()) {
                        remember(holder, name);
                    }
                }
                case UNREADABLE -> {
                    refused.add(folder.refusal());
                    remember(folder.holderHash(), name);
                }
            }
        }

        /**
         * A torn reservation is nobody's; where it cannot be removed nothing can be reserved
         * either.
         */
        private void discardTorn() {
            try {
                touched = true;
                folder.removeNamed();
            } catch (ErrnoException readOnly) {
                return;
            }
        }

        private boolean remove() {
            try {
                touched = true;
                folder.removeNamed();
                return true;
            } catch (ErrnoException failure) {
                refused.add(failure);
                return false;
            }
        }

        private void remember(long holder, AddressName name) {
            if (index.isEmpty()) {
                return;
            }
            try {
                makeRoom();
                index.get().add(holder, name.high(), name.low());
            } catch (IndexLostException lost) {
                forget();
            }
        }
    }

    // The index

    /** Builds the index anew from the files. */
    void rebuild() {
        sweep((_, _) -> true);
    }

    /** Starts a new index, if one can be written. */
    private void begin() {
        forget();
        changes.clear();
        if (!staged) {
            touched = true;
            folder.discard(NetworkFolder.STAGED);
        }
        if (!indexable) {
            return;
        }
        try {
            index = Optional.of(
                    Index.create(libc, folder.files(), identity, (int) count(_ -> true)));
            unpublished = true;
        } catch (IndexLostException lost) {
            forget();
        }
    }

    private void makeRoom() {
        if (index.get().isFull()) {
            index = Optional.of(index.get().grown());
            unpublished = true;
        }
    }

    private void forget() {
        index.ifPresent(Index::close);
        index = Optional.empty();
        if (unpublished) {
            unpublished = false;
            touched = true;
            folder.discard(Index.FRESH);
        }
    }

    /** Makes the index true again after what was changed. */
    private void settle() {
        if (index.isEmpty() || !touched && !unpublished) {
            return;
        }
        try {
            for (Change change : changes) {
                apply(change);
            }
            index.get().earliestBoot(earliestBoot);
            long stamp = stamp();
            if (unpublished) {
                index.get().publish(stamp);
            } else {
                index.get().save(stamp);
            }
            folder.setTime(stamp);
        } catch (IndexLostException | ErrnoException lost) {
            forget();
        }
    }

    private void apply(Change change) {
        long high = change.address.high();
        long low = change.address.low();
        if (!change.added) {
            index.get().remove(change.owner, high, low);
            return;
        }
        makeRoom();
        index.get().add(change.owner, high, low);
    }

    private long stamp() {
        long stamp = libc.clockNanos(Linux.CLOCK_REALTIME) - SECOND;
        return stamp == folderTime ? stamp + 1 : stamp;
    }

    @Override
    public void close() {
        settle();
        index.ifPresent(Index::close);
        folder.close();
    }
}
