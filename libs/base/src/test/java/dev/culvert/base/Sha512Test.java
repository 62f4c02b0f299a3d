// SPDX-License-Identifier: Apache-2.0
package dev.culvert.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;

class Sha512Test {
    /** RFC 6234 §8.5, TEST1 and TEST2_2, and the empty message. */
    @ParameterizedTest
    @CsvSource({
        "abc, ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu,"
                + "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
                + "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
        "'', cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    })
    void standardVectors_agree(String message, String digest) {
        assertThat(Sha512.hex(message)).isEqualTo(digest);
    }

    /** Names that the reference plugins make of network "test" and the ids. */
    @ParameterizedTest
    @CsvSource({"test1234, 2bbe0c48b91a7d1b8a6753a8", "testicee6giejonei6so, 022110f36292712c8bb50"
    })
    void namesOfTheReference_agree(String input, String start) {
        assertThat(Sha512.hex(input)).startsWith(start);
    }

    @Test
    void everyLengthAroundTheBlocks_agreesWithTheJdk() throws NoSuchAlgorithmException {
        MessageDigest jdk = MessageDigest.getInstance("SHA-512");
        Random random = new Random(1);
        for (int length = 0; length < 400; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            assertThat(Sha512.digest(message))
                    .as("length %d", length)
                    .isEqualTo(jdk.digest(message));
        }
    }

    @Test
    void textBeyondAscii_isHashedAsUtf8() throws NoSuchAlgorithmException {
        byte[] jdk = MessageDigest.getInstance("SHA-512")
                .digest("né €".getBytes(StandardCharsets.UTF_8));

        assertThat(Sha512.digest("né €".getBytes(StandardCharsets.UTF_8))).isEqualTo(jdk);
        assertThat(Sha512.hex("né €")).startsWith(String.format("%02x%02x", jdk[0], jdk[1]));
    }
}
