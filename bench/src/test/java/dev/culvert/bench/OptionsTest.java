// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

class OptionsTest {
    @Test
    void nothingGiven_measuresEverythingAgainstTheReference() {
        Options options = parse();

        assertThat(options.ours()).isEqualTo(Path.of("dist/bin").toAbsolutePath());
        assertThat(options.reference()).isEqualTo("auto");
        assertThat(options.rounds()).isEqualTo(50);
        assertThat(options.selects("anything")).isTrue();
        assertThat(options.json()).isFalse();
        assertThat(options.strict()).isFalse();
    }

    @Test
    void values_followAsAWordOrAfterEquals() {
        Options options =
                parse("--runs", "7", "--ours=/a", "-o", "json", "--save=/tmp/x", "--quick");

        assertThat(options.rounds()).isEqualTo(7);
        assertThat(options.ours()).isEqualTo(Path.of("/a"));
        assertThat(options.json()).isTrue();
        assertThat(options.save()).hasValue(Path.of("/tmp/x"));
        assertThat(options.quick()).isTrue();
    }

    @Test
    void peers_areKeptInOrder() {
        Options options = parse("--peer", "debian=/usr/lib/cni", "--peer=reference=/opt/a=b");

        assertThat(options.peers())
                .containsExactly(
                        new Peer("debian", Path.of("/usr/lib/cni")),
                        new Peer("reference", Path.of("/opt/a=b")));
        assertThat(options.namesReference()).isTrue();
    }

    @Test
    void only_selectsByPartOfTheName() {
        Options options = parse("--only", "bridge", "--only", "ptp");

        assertThat(options.selects("bridge-masquerade")).isTrue();
        assertThat(options.selects("ptp")).isTrue();
        assertThat(options.selects("loopback")).isFalse();
    }

    @Test
    void lastReference_wins() {
        assertThat(parse("--reference", "auto", "--reference", "/x").reference())
                .isEqualTo("/x");
    }

    @Test
    void quickMode_goesRoundLessOften() {
        assertThat(parse("--quick").rounds()).isLessThan(parse().rounds());
    }

    @Test
    void mistakes_areNamed() {
        assertThatThrownBy(() -> parse("--rnus")).hasMessage("--rnus: no such option; see --help");
        assertThatThrownBy(() -> parse("--runs")).hasMessage("--runs: a value is missing");
        assertThatThrownBy(() -> parse("--runs", "many")).hasMessage("--runs many: want a number");
        assertThatThrownBy(() -> parse("--runs", "0")).hasMessage("--runs 0: want 1 to 10000");
        assertThatThrownBy(() -> parse("-o", "xml")).hasMessage("-o xml: want json or table");
        assertThatThrownBy(() -> parse("--quick=yes")).hasMessage("--quick takes no value");
        assertThatThrownBy(() -> parse("--peer", "x")).hasMessage("--peer x: want NAME=DIR");
        assertThatThrownBy(() -> parse("--peer", "ours=/x"))
                .hasMessage("--peer ours=/x: that name is taken; use --ours DIR");
        assertThatThrownBy(() -> parse("--peer", "a=/x", "--peer", "a=/y"))
                .hasMessage("--peer a=/y: the name a is given twice");
    }

    private static Options parse(String... words) {
        return Options.parse(List.of(words));
    }
}
