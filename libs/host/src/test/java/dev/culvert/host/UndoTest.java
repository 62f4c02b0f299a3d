// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** The way back: its order, and what happens when it is blocked. */
final class UndoTest {
    private final List<String> done = new ArrayList<>();

    private Runnable does(String what) {
        return () -> done.add(what);
    }

    private Runnable fails(String why) {
        return () -> {
            done.add(why);
            throw new IllegalStateException(why);
        };
    }

    @Test
    void inverses_runInReverseOrder() {
        try (Undo undo = new Undo()) {
            undo.push("first", does("first"));
            undo.push("second", does("second"));
        }

        assertThat(done).containsExactly("second", "first");
    }

    @Test
    void committedWork_isNotUndone() {
        try (Undo undo = new Undo()) {
            undo.push("first", does("first"));
            undo.commit();
        }

        assertThat(done).isEmpty();
    }

    @Test
    void whatIsPushedAfterACommit_isUndone() {
        try (Undo undo = new Undo()) {
            undo.push("first", does("first"));
            undo.commit();
            undo.push("second", does("second"));
        }

        assertThat(done).containsExactly("second");
    }

    @Test
    void failedInverse_doesNotStopTheRestAndIsSuppressedByTheFirstError() {
        Throwable error = catchThrowable(() -> {
            try (Undo undo = new Undo()) {
                undo.push("delete a", does("a"));
                undo.push("delete b", fails("b is busy"));
                undo.push("delete c", fails("c is busy"));
                throw new IllegalArgumentException("the reason");
            }
        });

        assertThat(done).containsExactly("c is busy", "b is busy", "a");
        assertThat(error).hasMessage("the reason");
        assertThat(error.getSuppressed()).hasSize(1);
        assertThat(error.getSuppressed()[0]).hasMessage("undo: delete c: c is busy");
        assertThat(error.getSuppressed()[0].getSuppressed()[0])
                .hasMessage("undo: delete b: b is busy");
    }

    @Test
    void inverseThatHasToBeLast_isLeftOutWhenTheRestFailed() {
        Throwable error = catchThrowable(() -> {
            try (Undo undo = new Undo()) {
                undo.pushLast("release the address", does("released"));
                undo.push("delete the link", fails("link is busy"));
            }
        });

        assertThat(done).containsExactly("link is busy");
        assertThat(error.getSuppressed()[0])
                .hasMessageStartingWith("undo: release the address: left to DEL");
    }

    @Test
    void inverseThatHasToBeLast_runsWhenTheRestIsUndone() {
        try (Undo undo = new Undo()) {
            undo.pushLast("release the address", does("released"));
            undo.push("delete the link", does("deleted"));
        }

        assertThat(done).containsExactly("deleted", "released");
    }

    @Test
    void secondClose_doesNothing() {
        Undo undo = new Undo();
        undo.push("first", does("first"));
        undo.close();
        undo.close();

        assertThat(done).containsExactly("first");
    }
}
