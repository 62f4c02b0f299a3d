// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The versions of the specification, in their order. Support is exact membership: 0.3.2 is
 * nobody's.
 *
 * @cni 1.1.0 SPEC "Version"
 */
public enum CniVersion {
    V0_1_0("0.1.0", ResultShape.FAMILIES),
    V0_2_0("0.2.0", ResultShape.FAMILIES),
    V0_3_0("0.3.0", ResultShape.VERSIONED),
    V0_3_1("0.3.1", ResultShape.VERSIONED),
    V0_4_0("0.4.0", ResultShape.VERSIONED),
    V1_0_0("1.0.0", ResultShape.SORTED),
    V1_1_0("1.1.0", ResultShape.SORTED);

    /** The newest version. */
    public static final CniVersion LATEST = V1_1_0;

    private final String text;
    private final ResultShape shape;

    CniVersion(String text, ResultShape shape) {
        this.text = text;
        this.shape = shape;
    }

    /** The version as it stands in {@code cniVersion}. */
    public String text() {
        return text;
    }

    ResultShape shape() {
        return shape;
    }

    /** Whether this version is the other one or a later one. */
    public boolean isAtLeast(CniVersion other) {
        return compareTo(other) >= 0;
    }

    /** The version of exactly this text; an empty text stands for 0.1.0. */
    public static Optional<CniVersion> find(String text) {
        for (CniVersion version : values()) {
            if (version.text.equals(text)) {
                return Optional.of(version);
            }
        }
        return text.isEmpty() ? Optional.of(V0_1_0) : Optional.empty();
    }

    /** All versions. */
    public static Set<CniVersion> all() {
        return EnumSet.allOf(CniVersion.class);
    }

    /** The versions from the oldest one wanted to the newest. */
    public static Set<CniVersion> since(CniVersion oldest) {
        return EnumSet.range(oldest, LATEST);
    }

    @Override
    public String toString() {
        return text;
    }

    /** How results are laid out. */
    enum ResultShape {
        /** An object each for IPv4 and IPv6. */
        FAMILIES,
        /** Lists; every address says its IP version; {@code dns} is always there. */
        VERSIONED,
        /** Lists; names in alphabetical order; nothing that is empty. */
        SORTED
    }
}
