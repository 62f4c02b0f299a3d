// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.os.OpenFile;
import dev.culvert.os.OpenFolder;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.List;
import java.util.Optional;

/**
 * What is reserved in a network's folder and by whom, found without listing it.
 *
 * <p>A cache of the files, in one hidden file beside them:
 *
 * <pre>
 *   page 0                 header
 *   page 1 ...             block table: 256 addresses a slot, a bit for each one taken
 *   page 1 + blocks ...    owner table: hash of the owner and address, a slot for each reservation
 * </pre>
 *
 * Both tables are hashed, since an IPv6 range has no bitmap, and every operation touches a few
 * pages of 1 KB however large they are. Whoever uses it holds the folder's lock. Anything wrong
 * with it is an {@link IndexLostException}.
 */
final class Index implements AutoCloseable {
    static final String NAME = ".culvert-index";
    static final String FRESH = NAME + ".new";

    private static final int MODE = 0600;
    private static final IndexHeader.Size SMALLEST = new IndexHeader.Size(4, 16);

    private final Libc libc;
    private final OpenFolder folder;
    private final OpenFile file;
    private final Pages pages;
    private final BlockTable blocks;
    private final OwnerTable owners;
    private IndexHeader header;
    // Counted apart from the header, which would be a new object for every one of tens of
    // thousands.
    private int blockCount;
    private int ownerCount;

    private Index(Libc libc, OpenFolder folder, OpenFile file, IndexHeader header, Pages pages) {
        this.libc = libc;
        this.folder = folder;
        this.file = file;
        this.header = header;
        this.pages = pages;
        this.blockCount = header.count().blocks();
        this.ownerCount = header.count().owners();
        IndexHeader.Size size = header.size();
        this.blocks = new BlockTable(new Slots(pages, 1, size.blockPages(), BlockTable.SLOT));
        this.owners = new OwnerTable(
                new Slots(pages, 1 + size.blockPages(), size.ownerPages(), OwnerTable.SLOT));
    }

    /**
     * The folder's index, whether it is still true or not; empty if there is none or it cannot be
     * read.
     */
    static Optional<Index> open(Libc libc, OpenFolder folder) {
        try {
            Optional<OpenFile> file = folder.openIfPresent(NAME, Linux.O_RDWR, 0);
            if (file.isEmpty()) {
                return Optional.empty();
            }
            Optional<IndexHeader> header = readHeader(file.get());
            if (header.isEmpty()) {
                file.get().close();
                return Optional.empty();
            }
            Pages pages = Pages.of(file.get(), header.get().seed());
            return Optional.of(new Index(libc, folder, file.get(), header.get(), pages));
        } catch (ErrnoException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<IndexHeader> readHeader(OpenFile file) {
        byte[] data = new byte[IndexHeader.LENGTH];
        try {
            return IndexHeader.decode(data, file.readAt(0, data, data.length));
        } catch (ErrnoException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * A new, empty index beside the old one, with room for that many reservations; {@link #publish}
     * puts it in place.
     */
    static Index create(
            Libc libc, OpenFolder folder, IndexHeader.Identity identity, int reservations) {
        // Twice as many as there are fit before it has to grow.
        int ownerPages = reservations / 10 + 1;
        int blockPages = reservations / 1024 + 1;
        var size = new IndexHeader.Size(
                Math.max(SMALLEST.blockPages(), blockPages),
                Math.max(SMALLEST.ownerPages(), ownerPages));
        long now = libc.clockNanos(Linux.CLOCK_REALTIME);
        return create(
                libc,
                folder,
                new IndexHeader(
                        0, identity, now, Hash.mix(now), size, new IndexHeader.Count(0, 0)));
    }

    private static Index create(Libc libc, OpenFolder folder, IndexHeader header) {
        try {
            folder.remove(FRESH);
            OpenFile file = folder.open(FRESH, Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL, MODE);
            return new Index(libc, folder, file, header, Pages.building(file, header.seed()));
        } catch (ErrnoException refused) {
            throw new IndexLostException(refused);
        }
    }

    /** The header as it would be written now. */
    IndexHeader header() {
        return header.withCount(new IndexHeader.Count(blockCount, ownerCount));
    }

    void earliestBoot(long nanos) {
        header = header.withEarliestBoot(nanos);
    }

    /** Whether one more reservation might make the searches long. */
    boolean isFull() {
        return isFull(ownerCount, header.size().ownerPages(), OwnerTable.SLOT)
                || isFull(blockCount, header.size().blockPages(), BlockTable.SLOT);
    }

    private static boolean isFull(int used, int pages, int slotSize) {
        return (used + 1L) * 8 > (long) pages * Slots.perPage(slotSize) * 5;
    }

    /**
     * A new index with the same reservations and more room, not yet published. This one is closed.
     */
    Index grown() {
        IndexHeader.Size size = header.size();
        boolean manyOwners = isFull(ownerCount, size.ownerPages(), OwnerTable.SLOT);
        boolean manyBlocks = isFull(blockCount, size.blockPages(), BlockTable.SLOT);
        var larger = new IndexHeader.Size(
                manyBlocks ? size.blockPages() * 2 : size.blockPages(),
                manyOwners ? size.ownerPages() * 2 : size.ownerPages());
        Index grown = create(
                libc,
                folder,
                new IndexHeader(
                        0,
                        header.identity(),
                        header.earliestBoot(),
                        Hash.mix(header.seed()),
                        larger,
                        new IndexHeader.Count(0, 0)));
        try {
            owners.copyTo(grown);
        } catch (IndexLostException lost) {
            grown.close();
            throw lost;
        } finally {
            close();
        }
        return grown;
    }

    /**
     * Whether the address is free, or the first one after it that is, up to the last; empty if all
     * are taken.
     */
    Optional<AddressBits> nextFree(AddressBits first, AddressBits last) {
        long high = first.high();
        long low = first.low();
        while (true) {
            var candidate = new AddressBits(high, low);
            if (candidate.isAfter(last)) {
                return Optional.empty();
            }
            int place = blocks.freePlace(high, low);
            if (place < BlockTable.PER_BLOCK) {
                var free = new AddressBits(high, low & -BlockTable.PER_BLOCK | place);
                return free.isAfter(last) ? Optional.empty() : Optional.of(free);
            }
            low = (low & -BlockTable.PER_BLOCK) + BlockTable.PER_BLOCK;
            if (low == 0 && ++high == 0) {
                return Optional.empty();
            }
        }
    }

    /** The addresses of owners with this hash: one owner's, but for chance. */
    List<AddressBits> addressesOf(long owner) {
        return owners.find(owner);
    }

    void add(long owner, long high, long low) {
        blockCount += blocks.add(high, low) ? 1 : 0;
        owners.add(owner, high, low);
        ownerCount++;
    }

    void remove(long owner, long high, long low) {
        blockCount -= blocks.remove(high, low) ? 1 : 0;
        owners.remove(owner, high, low);
        ownerCount--;
    }

    /**
     * Writes what changed, then the header, which is true once the folder has this modification
     * time.
     */
    void save(long stamp) {
        pages.flush();
        write(stamp);
    }

    /** Ends building and takes the place of the folder's index. */
    void publish(long stamp) {
        pages.seal(1, header.size().pages());
        write(stamp);
        try {
            folder.rename(FRESH, NAME);
        } catch (ErrnoException refused) {
            throw new IndexLostException(refused);
        }
    }

    private void write(long stamp) {
        header = header().withStamp(stamp);
        try {
            file.writeAt(0, header.encode(), IndexHeader.LENGTH);
        } catch (ErrnoException refused) {
            throw new IndexLostException(refused);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
