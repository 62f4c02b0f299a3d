// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.net.Mac;
import dev.culvert.wire.link.Link;

import java.util.Optional;

/**
 * A difference between what should be and what is.
 *
 * @param object what differs, "link veth1 mtu"
 * @param wanted what should be
 * @param found what is
 */
public record Drift(String object, String wanted, String found) {
    /** A difference unless both are equal. */
    public static Optional<Drift> unlessEqual(String object, Object wanted, Object found) {
        return wanted.equals(found)
                ? Optional.empty()
                : Optional.of(new Drift(object, wanted.toString(), found.toString()));
    }

    /** A difference if an address is wanted and the link has another. */
    public static Optional<Drift> unlessAddress(String object, Optional<Mac> wanted, Link found) {
        return wanted.isEmpty() || wanted.equals(found.mac())
                ? Optional.empty()
                : unlessEqual(
                        object + " address",
                        wanted.get(),
                        found.mac().isPresent() ? found.mac().get() : "none");
    }

    /** A missing object. */
    public static Optional<Drift> missing(String object) {
        return Optional.of(new Drift(object, "present", "missing"));
    }

    @Override
    public String toString() {
        return object + ": wanted " + wanted + ", found " + found;
    }
}
