// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.os.OpenFolder;
import dev.culvert.sys.ffm.FfmLibc;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

class IndexTest {
    private static final IndexHeader.Identity HERE =
            new IndexHeader.Identity("0123456789abcdef0123456789abcdef0123", 42);

    @TempDir
    Path folder;

    private final FfmLibc libc = new FfmLibc();
    private OpenFolder open;

    @BeforeEach
    void open() {
        open = OpenFolder.open(libc, folder.toString());
    }

    @AfterEach
    void close() {
        open.close();
    }

    private Index create(int reservations) {
        return Index.create(libc, open, HERE, reservations);
    }

    /** Adds, growing as the store does. */
    private Index add(Index index, long owner, AddressBits address) {
        Index roomy = index.isFull() ? index.grown() : index;
        roomy.add(owner, address.high(), address.low());
        return roomy;
    }

    private static AddressBits v4(int address) {
        return new AddressBits(0, AddressBits.mapped(address));
    }

    @ParameterizedTest
    @CsvSource({"dense, 0, 20000", "dense, 20000, 20000", "sparse, 0, 3000", "sparse, 3000, 3000"})
    void manyReservations_areFoundByAddressAndOwner(String kind, int estimate, int count) {
        Random random = new Random(7);
        List<AddressBits> addresses = new ArrayList<>();
        Index index = create(estimate);
        for (int i = 0; i < count; i++) {
            AddressBits address = kind.equals("dense")
                    ? v4(0x0a000000 + i)
                    : new AddressBits(random.nextLong(), random.nextLong());
            addresses.add(address);
            index = add(index, Hash.mix(i), address);
        }
        index.publish(99);
        index.close();

        try (Index read = Index.open(libc, open).orElseThrow()) {
            assertThat(read.header().stamp()).isEqualTo(99);
            assertThat(read.header().identity()).isEqualTo(HERE);
            assertThat(read.header().count().owners()).isEqualTo(count);
            for (int i = 0; i < count; i += 17) {
                AddressBits address = addresses.get(i);
                assertThat(read.addressesOf(Hash.mix(i))).containsExactly(address);
                assertThat(read.nextFree(address, address)).isEmpty();
            }
            assertThat(read.addressesOf(Hash.mix(count))).isEmpty();
        }
    }

    @Test
    void runOfTakenAddresses_isSkippedAcrossBlocks() {
        Index index = create(0);
        for (int i = 0; i < 5000; i++) {
            index = add(index, spread(i), v4(0x0a000000 + i));
        }

        try (Index full = index) {
            assertThat(full.nextFree(v4(0x0a000003), v4(0x0affffff)))
                    .contains(v4(0x0a000000 + 5000));
            assertThat(full.nextFree(v4(0x0a000003), v4(0x0a000000 + 4999))).isEmpty();
            full.remove(spread(1234), 0, v4(0x0a000000 + 1234).low());
            assertThat(full.nextFree(v4(0x0a000003), v4(0x0affffff)))
                    .contains(v4(0x0a000000 + 1234));
        }
    }

    /** As hashes are: those of different owners lie far apart. */
    private static long spread(int owner) {
        return owner * 0x9e37_79b9_7f4a_7c15L;
    }

    @Test
    void lastAddressOfAll_endsTheSearch() {
        AddressBits last = new AddressBits(-1, -1);
        try (Index index = create(0)) {
            index.add(1, -1, -1);

            assertThat(index.nextFree(last, last)).isEmpty();
            assertThat(index.nextFree(new AddressBits(-1, -2), last))
                    .contains(new AddressBits(-1, -2));
        }
    }

    @Test
    void randomAddsAndRemoves_leaveNothingBehind() {
        Random random = new Random(5);
        Map<AddressBits, Long> model = new HashMap<>();
        Index index = create(0);
        for (int i = 0; i < 30_000; i++) {
            // Few owners and addresses, so that chains of slots are long and change often.
            AddressBits address = v4(0x0a000000 + random.nextInt(600) * 97);
            Optional<Long> owner = Optional.ofNullable(model.remove(address));
            if (owner.isPresent()) {
                index.remove(owner.get(), address.high(), address.low());
            } else {
                long fresh = random.nextInt(40) * 2L + 1;
                model.put(address, fresh);
                index = add(index, fresh, address);
            }
        }
        for (long owner = 1; owner < 80; owner += 2) {
            long one = owner;
            List<AddressBits> expected = model.entrySet().stream()
                    .filter(entry -> entry.getValue() == one)
                    .map(Map.Entry::getKey)
                    .toList();
            assertThat(index.addressesOf(owner)).containsExactlyInAnyOrderElementsOf(expected);
        }
        for (Map.Entry<AddressBits, Long> entry : Map.copyOf(model).entrySet()) {
            index.remove(entry.getValue(), entry.getKey().high(), entry.getKey().low());
        }

        assertThat(index.header().count()).isEqualTo(new IndexHeader.Count(0, 0));
        assertThat(index.nextFree(v4(0x0a000000), v4(0x0affffff))).contains(v4(0x0a000000));
        index.close();
    }
}
