// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.culvert.sys.Errno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A program to start by posix_spawn(3), which unlike fork is safe in a JVM. */
record Spawn(String path, String[] arguments, byte[][] environment) {
    private static final CFunction ACTIONS_INIT =
            new CFunction("posix_spawn_file_actions_init", "i:p");
    private static final CFunction ACTIONS_DUP2 =
            new CFunction("posix_spawn_file_actions_adddup2", "i:pii");
    private static final CFunction ACTIONS_DESTROY =
            new CFunction("posix_spawn_file_actions_destroy", "i:p");
    private static final CFunction ATTRIBUTES_INIT = new CFunction("posix_spawnattr_init", "i:p");
    private static final CFunction ATTRIBUTES_FLAGS =
            new CFunction("posix_spawnattr_setflags", "i:pi");
    private static final CFunction ATTRIBUTES_MASK =
            new CFunction("posix_spawnattr_setsigmask", "i:pp");
    private static final CFunction ATTRIBUTES_DESTROY =
            new CFunction("posix_spawnattr_destroy", "i:p");
    private static final CFunction SPAWN = new CFunction("posix_spawn", "i:pppppp");

    /** spawn.h: POSIX_SPAWN_SETSIGMASK. */
    private static final int SET_MASK = 8;
    /**
     * More than posix_spawn_file_actions_t, posix_spawnattr_t and sigset_t take in any C library.
     */
    private static final long ROOM = 512;

    /** Answers the pid or a negated errno; streams are the descriptors that become 0, 1 and 2. */
    int start(int[] streams) {
        if (overwritten(streams)) {
            return Errno.EINVAL.negated();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(ROOM, 8);
            MemorySegment attributes = arena.allocate(ROOM, 8);
            ACTIONS_INIT.call(arena, actions);
            ATTRIBUTES_INIT.call(arena, attributes);
            ATTRIBUTES_FLAGS.call(arena, attributes, SET_MASK);
            ATTRIBUTES_MASK.call(arena, attributes, arena.allocate(ROOM, 8));
            try {
                return start(arena, actions, attributes, streams);
            } finally {
                ACTIONS_DESTROY.call(arena, actions);
                ATTRIBUTES_DESTROY.call(arena, attributes);
            }
        }
    }

    /** This family of functions answers the errno itself, unlike every other. */
    private int start(Arena arena, MemorySegment actions, MemorySegment attributes, int[] streams) {
        for (int i = 0; i < streams.length; i++) {
            long errno = ACTIONS_DUP2.call(arena, actions, streams[i], i);
            if (errno != 0) {
                return (int) -errno;
            }
        }
        MemorySegment pid = arena.allocate(JAVA_INT);
        long errno = SPAWN.call(
                arena,
                pid,
                arena.allocateFrom(path),
                actions,
                attributes,
                table(arena, arguments),
                table(arena, environment));
        return errno != 0 ? (int) -errno : pid.get(JAVA_INT, 0);
    }

    /** Whether a stream is asked for that an earlier one has replaced by then. */
    private static boolean overwritten(int[] streams) {
        for (int i = 1; i < streams.length; i++) {
            int from = streams[i];
            if (from >= 0 && from < i && streams[from] != from) {
                return true;
            }
        }
        return false;
    }

    private static MemorySegment table(Arena arena, String[] texts) {
        MemorySegment table = arena.allocate(ADDRESS, texts.length + 1L);
        for (int i = 0; i < texts.length; i++) {
            table.setAtIndex(ADDRESS, i, arena.allocateFrom(texts[i]));
        }
        return table;
    }

    private static MemorySegment table(Arena arena, byte[][] texts) {
        MemorySegment table = arena.allocate(ADDRESS, texts.length + 1L);
        for (int i = 0; i < texts.length; i++) {
            // New memory is zero, and so is the byte behind the text.
            MemorySegment text = arena.allocate(texts[i].length + 1L);
            MemorySegment.copy(texts[i], 0, text, JAVA_BYTE, 0, texts[i].length);
            table.setAtIndex(ADDRESS, i, text);
        }
        return table;
    }
}
