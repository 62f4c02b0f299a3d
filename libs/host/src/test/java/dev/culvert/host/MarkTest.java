// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names and labels by which an attachment's objects are known. */
final class MarkTest {
    private static final Mark MARK = new Mark("web", "pod-a", "eth0");

    @Test
    void names_areWhatTheyAlwaysWere() {
        // Base 32 of SHA-512 over "3:web" and "3:web5:pod-a4:eth0". A change would orphan what
        // older versions made.
        assertThat(MARK.hostLinkName()).isEqualTo("veth" + "arl" + "7uxswpcx");
        assertThat(MARK.label())
                .isEqualTo("culvert arlzav7fzj4nvm44 7uxswpcxcpfornmd web pod-a eth0");
    }

    @Test
    void hostLinkName_isAnInterfaceNameThatTheReferenceNeverMakes() {
        assertThat(MARK.hostLinkName()).matches("veth[a-z2-7]{11}").hasSize(15);
        assertThat(Mark.linkPrefix("web")).hasSize(7);
    }

    @Test
    void fieldsThatRunTogether_giveOtherDigests() {
        Set<String> digests = new HashSet<>();
        for (Mark mark : List.of(
                new Mark("a", "bc", "d"),
                new Mark("ab", "c", "d"),
                new Mark("a", "b", "cd"),
                new Mark("", "abc", "d"),
                new Mark("1:a", "bc", "d"))) {
            digests.add(mark.digest());
        }

        assertThat(digests).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200, 210, 211, 212, 213, 214, 4096})
    void label_isCutAt255BytesAndStillOwned(int length) {
        Mark mark = new Mark("web", "x".repeat(length), "eth0");

        assertThat(mark.label().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
        assertThat(mark.owns(mark.label())).isTrue();
        assertThat(Mark.isOf("web", mark.label())).isTrue();
        assertThat(Mark.digestIn(mark.label())).isEqualTo(mark.digest());
    }

    @Test
    void labelOfLongerCharacters_isCutBetweenThem() {
        for (int length = 100; length < 120; length++) {
            String label = new Mark("web", "é".repeat(length), "eth0").label();

            assertThat(new String(label.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(label);
            assertThat(label.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
        }
    }

    @Test
    void labelsOfOthers_areNotOwned() {
        Mark sameNetwork = new Mark("web", "pod-b", "eth0");
        Mark otherNetwork = new Mark("db", "pod-a", "eth0");

        assertThat(MARK.owns(sameNetwork.label())).isFalse();
        assertThat(MARK.owns(otherNetwork.label())).isFalse();
        assertThat(Mark.isOf("web", sameNetwork.label())).isTrue();
        assertThat(Mark.isOf("web", otherNetwork.label())).isFalse();
        assertThat(MARK.owns(MARK.label().replace("web", "wet"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "culvert", "culvert ", "theirs", "culvert web pod-a eth0"})
    void otherTexts_areNobodys(String label) {
        assertThat(MARK.owns(label)).isFalse();
        assertThat(Mark.isOf("web", label)).isFalse();
    }

    @Test
    void quarterOfAMillionAttachments_haveDistinctDigests() {
        Set<String> digests = new HashSet<>(1 << 19);
        for (int i = 0; i < 250_000; i++) {
            digests.add(new Mark("web", Integer.toHexString(i), "eth0").digest());
        }

        assertThat(digests).hasSize(250_000);
    }

    /**
     * 40 bits of the name tell attachments of a network apart: enough for a host, and a collision
     * is only an error.
     */
    @Test
    void tenThousandAttachments_haveDistinctNames() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            names.add(new Mark("web", "pod-" + i, "eth0").hostLinkName());
        }

        assertThat(names).hasSize(10_000);
    }
}
