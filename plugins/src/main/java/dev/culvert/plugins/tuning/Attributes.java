// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.host.Drift;
import dev.culvert.net.Mac;
import dev.culvert.wire.link.Link;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Attributes of a link, each one given or left alone.
 *
 * @param mtuBytes 0 for none
 * @param txQueueLength packets that may wait, from 0
 */
record Attributes(
        Optional<Mac> mac,
        Optional<Boolean> promisc,
        int mtuBytes,
        Optional<Boolean> allmulti,
        OptionalInt txQueueLength) {
    static final Attributes NONE = new Attributes(
            Optional.empty(), Optional.empty(), 0, Optional.empty(), OptionalInt.empty());

    boolean isEmpty() {
        return equals(NONE);
    }

    /** What a link has of those that are given here. */
    Attributes of(Link link) {
        return new Attributes(
                mac.isEmpty() ? mac : link.mac(),
                promisc.map(any -> has(link, Link.IFF_PROMISC)),
                mtuBytes == 0 ? 0 : link.mtu().orElse(0),
                allmulti.map(any -> has(link, Link.IFF_ALLMULTI)),
                txQueueLength.isEmpty() ? txQueueLength : link.txQueueLength());
    }

    /** These, and the other's where they have none. */
    Attributes or(Attributes other) {
        return new Attributes(
                mac.or(other::mac),
                promisc.or(other::promisc),
                mtuBytes == 0 ? other.mtuBytes : mtuBytes,
                allmulti.or(other::allmulti),
                txQueueLength.isEmpty() ? other.txQueueLength : txQueueLength);
    }

    private static boolean has(Link link, int flag) {
        return (link.flags() & flag) != 0;
    }

    /** The request that gives a link what it does not have yet. */
    Link change(Link link) {
        Link change = Link.at(link.index());
        if (mac.isPresent() && !mac.equals(link.mac())) {
            change = change.withMac(mac.get());
        }
        if (promisc.isPresent() && promisc.get() != has(link, Link.IFF_PROMISC)) {
            change = change.withFlag(Link.IFF_PROMISC, promisc.get());
        }
        if (mtuBytes != 0 && mtuBytes != link.mtu().orElse(0)) {
            change = change.withMtu(mtuBytes);
        }
        if (allmulti.isPresent() && allmulti.get() != has(link, Link.IFF_ALLMULTI)) {
            change = change.withFlag(Link.IFF_ALLMULTI, allmulti.get());
        }
        return txQueueLength.isEmpty() || txQueueLength.equals(link.txQueueLength())
                ? change
                : change.withTxQueueLength(txQueueLength.getAsInt());
    }

    /** In the words of {@code ip link set}. */
    String describe() {
        return mac.map(value -> " address " + value).orElse("")
                + promisc.map(on -> " promisc " + onOff(on)).orElse("")
                + (mtuBytes == 0 ? "" : " mtu " + mtuBytes)
                + allmulti.map(on -> " allmulticast " + onOff(on)).orElse("")
                + (txQueueLength.isEmpty() ? "" : " txqueuelen " + txQueueLength.getAsInt());
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    /** The first that a link lacks; what is on without being asked for may be others' wish. */
    Optional<Drift> verify(String object, Link link) {
        Attributes found = of(link);
        return Drift.unlessAddress(object, mac, link)
                .or(() -> isMissing(promisc, found.promisc)
                        ? Drift.unlessEqual(object + " promiscuous mode", "on", "off")
                        : Optional.empty())
                .or(() -> Drift.unlessEqual(object + " mtu", mtuBytes, found.mtuBytes))
                .or(() -> isMissing(allmulti, found.allmulti)
                        ? Drift.unlessEqual(object + " all-multicast mode", "on", "off")
                        : Optional.empty())
                .or(() -> Drift.unlessEqual(
                        object + " transmit queue length",
                        txQueueLength.orElse(0),
                        found.txQueueLength.orElse(0)));
    }

    private static boolean isMissing(Optional<Boolean> wanted, Optional<Boolean> found) {
        return wanted.orElse(false) && !found.orElse(false);
    }
}
