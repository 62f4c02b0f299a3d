// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.base.Utf8;
import dev.culvert.net.IpAddr;
import dev.culvert.os.OpenFile;
import dev.culvert.os.OpenFolder;
import dev.culvert.sys.Linux;

import java.util.Arrays;
import java.util.Optional;

/**
 * The file that remembers which address of a range set was reserved last. It is a hint: a damaged
 * one makes the search start at the beginning. Written in place, so that a full disk cannot empty
 * it.
 */
final class LastReserved implements AutoCloseable {
    private static final int MODE = 0600;
    private static final int LONGEST = 64;

    private final OpenFolder folder;
    private final String name;
    private final Optional<OpenFile> file;
    private final byte[] before;

    private LastReserved(OpenFolder folder, String name, Optional<OpenFile> file, byte[] before) {
        this.folder = folder;
        this.name = name;
        this.file = file;
        this.before = before;
    }

    /**
     * Opens the file of a range set, counted from 0, if it is there, for reading and perhaps for
     * writing.
     */
    static LastReserved open(OpenFolder folder, int rangeSet, boolean writable) {
        String name = "last_reserved_ip." + rangeSet;
        Optional<OpenFile> file =
                folder.openIfPresent(name, writable ? Linux.O_RDWR : Linux.O_RDONLY, 0);
        byte[] data = new byte[LONGEST];
        int length = 0;
        if (file.isPresent()) {
            try {
                length = file.get().readOnce(data);
            } catch (RuntimeException unreadable) {
                file.get().close();
                throw unreadable;
            }
        }
        return new LastReserved(folder, name, file, Arrays.copyOf(data, length));
    }

    /** The address, if the file has one. */
    Optional<IpAddr> address() {
        String text = Utf8.decode(before).trim();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(IpAddr.parse(text));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    void write(IpAddr address) {
        byte[] text = Utf8.encode(address.toString());
        if (file.isPresent()) {
            overwrite(file.get(), text, before.length);
            return;
        }
        try (OpenFile fresh = folder.open(name, Linux.O_WRONLY | Linux.O_CREAT, MODE)) {
            fresh.write(text);
        }
    }

    /** Puts back what was there when it was opened. */
    void restore() {
        if (file.isPresent()) {
            overwrite(file.get(), before, LONGEST);
        } else {
            folder.remove(name);
        }
    }

    private static void overwrite(OpenFile file, byte[] text, int lengthBefore) {
        file.writeAt(0, text, text.length);
        if (text.length < lengthBefore) {
            file.truncate(text.length);
        }
    }

    @Override
    public void close() {
        file.ifPresent(OpenFile::close);
    }
}
