// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.golden;

import dev.culvert.wire.link.Link;
import dev.culvert.wire.netlink.MalformedMessageException;
import dev.culvert.wire.netlink.NlAck;
import dev.culvert.wire.netlink.NlMessage;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Elements;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Table;
import dev.culvert.wire.route.Address;
import dev.culvert.wire.route.Neighbour;
import dev.culvert.wire.route.Route;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Whatever the bytes are, decoding ends with a value or a {@link MalformedMessageException}. */
class HostileBytesTest {
    private static final int ROUNDS = 20_000;

    private static final List<Consumer<NlReader>> DECODERS = List.of(
            Table::decode,
            Chain::decode,
            r -> Rule.decode(r).describe(),
            r -> NftSet.decode(r).describe(),
            Elements::decode,
            Link::decode,
            Address::decode,
            r -> Route.decode(r).describe(),
            Neighbour::decode);

    private static void decodeAll(byte[] message) {
        for (Consumer<NlReader> decoder : DECODERS) {
            quietly(() -> decoder.accept(
                    new NlReader("test", message, Math.min(16, message.length), message.length)));
        }
        quietly(() -> {
            NlReader datagram = new NlReader("test", message);
            while (datagram.remaining() >= 16) {
                NlAck.decode(NlMessage.decode(datagram, message));
            }
        });
    }

    private static void quietly(Runnable decode) {
        try {
            decode.run();
        } catch (MalformedMessageException e) {
            // This is the answer to such bytes.
        }
    }

    @Test
    void truncatedMessages_areMalformedOrValues() {
        Scenes.all().forEach(scene -> {
            Golden golden = Golden.read(scene.name());
            for (int i = 0; i < golden.size(); i++) {
                byte[] whole = golden.message(i);
                for (int length = 0; length < whole.length; length++) {
                    decodeAll(Arrays.copyOf(whole, length));
                }
            }
        });
    }

    @Test
    void changedMessages_areMalformedOrValues() {
        Random random = new Random(1);
        List<byte[]> messages = Scenes.all().stream()
                .map(scene -> Golden.read(scene.name()).message(0))
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = messages.get(random.nextInt(messages.size())).clone();
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            decodeAll(message);
        }
    }

    @Test
    void randomBytes_areMalformedOrValues() {
        Random random = new Random(2);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = new byte[random.nextInt(120)];
            random.nextBytes(message);
            for (int i = 1; i < message.length; i += 2) {
                // Small lengths and types let a walk go deeper.
                message[i] = random.nextInt(8) == 0 ? message[i] : 0;
            }
            decodeAll(message);
        }
    }
}
