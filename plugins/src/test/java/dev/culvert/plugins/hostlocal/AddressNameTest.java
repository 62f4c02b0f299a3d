// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.net.IpAddr;
import dev.culvert.os.Listing;
import dev.culvert.sys.ffm.FfmLibc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

class AddressNameTest {
    @TempDir
    Path folder;

    private List<String> found() {
        List<String> found = new ArrayList<>();
        var name = new AddressName();
        try (Listing listing = Listing.open(new FfmLibc(), folder.toString())) {
            while (listing.advance()) {
                if (name.parse(listing)) {
                    IpAddr address = new AddressBits(name.high(), name.low()).address();
                    assertThat(address).hasToString(listing.name());
                    found.add(listing.name());
                }
            }
        }
        return found;
    }

    @Test
    void canonicalNames_areAddresses() throws Exception {
        Random random = new Random(1);
        Set<String> names = new TreeSet<>(Set.of(
                "::",
                "::1",
                "1::",
                "1:2:3:4:5:6:7:8",
                "1:0:0:2::3",
                "0:1::",
                "::1:0",
                "1:2:3:4:5:6:7:0",
                "0:2:3:4:5:6:7:8",
                "fe80::1:0:0:1",
                "0.0.0.0",
                "255.255.255.255",
                "10.1.2.3"));
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = new byte[i % 3 == 0 ? 4 : 16];
            random.nextBytes(bytes);
            // Runs of zeros are what makes the text difficult.
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = random.nextInt(3) == 0 ? bytes[j] : 0;
            }
            names.add(IpAddr.of(bytes).toString());
        }
        for (String name : names) {
            Files.createFile(folder.resolve(name));
        }

        assertThat(found()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void otherNames_areNot() throws Exception {
        for (String name : List.of(
                "lock",
                "last_reserved_ip.0",
                ".culvert-index",
                "10.1.2",
                "10.1.2.3.4",
                "10.1.2.03",
                "10.1.2.256",
                "10.1.2.3 ",
                "10..2.3",
                ".10.1.2.3",
                "2001:DB8::1",
                "2001:0db8::1",
                "1:0:0:0:0:0:0:1",
                "1::2::3",
                ":1",
                "1:",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7::",
                "::ffff:10.1.2.3",
                "::ffff:a01:203",
                "12345::",
                "g::",
                "1111:2222:3333:4444:5555:6666:7777:88888",
                "10.1.2.3.new",
                "a",
                "10",
                "1:::2")) {
            Files.createFile(folder.resolve(name));
        }

        assertThat(found()).isEmpty();
    }
}
