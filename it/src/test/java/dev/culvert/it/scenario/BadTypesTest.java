// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;

/** Every key of every plugin with a value of every other type. */
@InNetns
final class BadTypesTest {
    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @ParameterizedTest
    @MethodSource("dev.culvert.it.scenario.Stage#everyPlugin")
    void valueOfAnotherType_isRefusedWithItsPathAndWhatWasWanted(String plugin) {
        Call full = Keys.full(stage.add(plugin));
        Snapshot before = stage.snapshot();
        List<String> wrong = new ArrayList<>();
        int calls = 0;

        for (Key key : Keys.of(plugin)) {
            for (String value : key.kind().others()) {
                calls++;
                try {
                    requireRefused(full.verb(key.verb()).set(key.path(), value), key.path());
                } catch (AssertionError e) {
                    wrong.add(key.path() + " = " + value + ": " + e.getMessage());
                }
            }
        }

        assertThat(wrong).as("of %s calls", calls).isEmpty();
        assertThat(stage.snapshot().since(before)).isEmpty();
    }

    private static void requireRefused(Call call, String path) {
        Answer here = World.HERE.run(call);
        Refusal.of(CniErrorCode.DECODING_FAILURE, path + ": ", " is wanted, found ")
                .check(call, here);
        assertThat(World.NATIVE.run(call)).isEqualTo(here);
    }
}
