// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.net.IfAddr;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** STUB. */
public record Masquerade(Mark mark, List<IfAddr> addresses) implements Step {
    public static Masquerade of(Mark mark, List<IfAddr> addresses) {
        return new Masquerade(mark, addresses);
    }

    @Override
    public List<String> describe() {
        return List.of();
    }

    @Override
    public void apply(Site site, Undo undo) {
    }

    @Override
    public Optional<Drift> verify(Site site) {
        return Optional.empty();
    }

    public static void remove(Site site, Mark mark) {
    }

    public static void gc(Site site, String network, Set<String> digests) {
    }

    public static void requireKernel(Site site) {
    }
}
