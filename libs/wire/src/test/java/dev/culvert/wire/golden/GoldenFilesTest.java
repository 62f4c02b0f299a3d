// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.golden;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/** Golden files read as the annotator writes them: nobody edits bytes or comments by hand. */
class GoldenFilesTest {
    static Stream<String> names() {
        return Scenes.all().stream().map(Capture.Scene::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void comments_areTheAnnotatorsOwn(String name) {
        Golden golden = Golden.read(name);

        assertThat(golden.text()).isEqualTo(golden.annotated());
        assertThat(golden.size()).isPositive();
    }
}
