// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Everything that was told, in order; each event is also passed on at once. */
final class Report implements Consumer<Event> {
    private final List<Event> events = new ArrayList<>();
    private final Consumer<Event> listener;
    private final long startNanos = System.nanoTime();

    Report(Consumer<Event> listener) {
        this.listener = listener;
    }

    @Override
    public void accept(Event event) {
        events.add(event);
        listener.accept(event);
    }

    void section(String title) {
        accept(new Event.Section(title));
    }

    void note(String text) {
        accept(new Event.Note(text));
    }

    boolean check(String claim, boolean passed, String found) {
        accept(new Event.Checked(claim, passed, found));
        return passed;
    }

    /** Adds the sum of it all. */
    void end() {
        int checks = of(Event.Checked.class).size() + of(Event.Called.class).size();
        long failed = of(Event.Checked.class).stream()
                        .filter(check -> !check.passed())
                        .count()
                + of(Event.Called.class).stream()
                        .filter(call -> !call.succeeded())
                        .count();
        accept(new Event.Ended(failed == 0 && checks > 0, checks, (int) failed, millis()));
    }

    private long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    /** The events of one kind. */
    <T extends Event> List<T> of(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Whether it came to its end, and everything held. */
    boolean passed() {
        return of(Event.Ended.class).stream().anyMatch(Event.Ended::passed);
    }
}
