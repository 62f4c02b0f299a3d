// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.host.Undo;
import dev.culvert.net.IpAddr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One address of each range set for one attachment, all or none.
 *
 * <p>First everything is looked up, so that most refusals come before the first change; then the
 * reservations are made. The choice is the reference's: an address that was asked for, else the
 * next one after the one reserved last. The reference's sentences are kept, since other programs
 * look for them.
 */
final class Allocation implements AutoCloseable {
    private final Store store;
    private final HostLocalConf conf;
    private final Owner owner;
    private final List<LastReserved> opened = new ArrayList<>();
    private boolean rebuilt;

    /** What is wanted of one range set, and what was found for it. */
    private static final class Claim {
        private final int number;
        private final RangeSet set;
        private final Optional<IpAddr> requested;
        private final LastReserved last;
        private Lease lease;
        private boolean swept;

        Claim(int number, RangeSet set, Optional<IpAddr> requested, LastReserved last) {
            this.number = number;
            this.set = set;
            this.requested = requested;
            this.last = last;
        }
    }

    Allocation(Store store, HostLocalConf conf, Owner owner) {
        this.store = store;
        this.conf = conf;
        this.owner = owner;
    }

    /**
     * Makes the reservations.
     *
     * @param undo gets the inverse of everything that is done; the caller commits it, or closes it
     *     before this
     * @throws CniException ALREADY_ATTACHED, NO_FREE_ADDRESS, or INVALID_NETWORK_CONFIG for a
     *     request that cannot be met
     */
    List<Lease> run(Undo undo) {
        List<Claim> claims = claims();
        for (Claim claim : claims) {
            if (claim.requested.isPresent()) {
                checkRequested(claim);
            }
        }
        checkDuplicates(claims);
        for (Claim claim : claims) {
            if (claim.requested.isEmpty()) {
                claim.lease = next(claim, Optional.empty());
            }
        }
        undo.push("remove the staged reservation", store::unstage);
        store.stage(owner);
        for (Claim claim : claims) {
            reserve(claim, undo);
        }
        for (Claim claim : claims) {
            undo.push("restore the last reserved address", claim.last::restore);
            claim.last.write(claim.lease.address());
        }
        store.unstage();
        return claims.stream().map(claim -> claim.lease).toList();
    }

    /** Who gets which request: the first one that lies in the set. */
    private List<Claim> claims() {
        List<IpAddr> requests = new ArrayList<>(conf.requested());
        List<Optional<IpAddr>> assigned = new ArrayList<>();
        for (RangeSet set : conf.sets()) {
            Optional<IpAddr> request = requests.stream().filter(set::contains).findFirst();
            request.ifPresent(requests::remove);
            assigned.add(request);
        }
        if (!requests.isEmpty()) {
            var text = new StringBuilder("failed to allocate all requested IPs:");
            requests.forEach(ip -> text.append(' ').append(ip));
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    text.toString(),
                    "each range set gives one address; the sets are " + conf.sets());
        }
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < assigned.size(); i++) {
            LastReserved last = store.openLastReserved(i);
            opened.add(last);
            claims.add(new Claim(i, conf.sets().get(i), assigned.get(i), last));
        }
        return claims;
    }

    private void checkRequested(Claim claim) {
        IpAddr address = claim.requested.get();
        Optional<String> refusal = claim.set.refusal(address);
        if (refusal.isPresent()) {
            throw failed(
                    claim,
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    refusal.get(),
                    "ask for another address");
        }
        claim.lease = new Lease(claim.set.rangeOf(address).get(), address);
        Optional<String> holder = store.holder(address);
        if (holder.isPresent() && !isReclaimable(address)) {
            throw taken(claim, address, holder.get());
        }
    }

    private boolean isReclaimable(IpAddr address) {
        return conf.reclaim() == Reclaim.EARLIER_BOOT && store.isOrphanOr(owner, address);
    }

    private CniException taken(Claim claim, IpAddr address, String holder) {
        return failed(
                claim,
                CniErrorCode.NO_FREE_ADDRESS,
                "requested IP address " + address + " is not available in range set " + claim.set,
                store.pathOf(address) + " is held by " + holder);
    }

    /**
     * An attachment has one address of a set. One from before this machine was started is taken
     * over when the configuration allows it: its container is gone, and comes back under the same
     * id.
     */
    private void checkDuplicates(List<Claim> claims) {
        if (claims.stream().allMatch(claim -> claim.requested.isPresent())) {
            return;
        }
        List<IpAddr> held = new ArrayList<>(store.addressesOf(owner));
        held.addAll(store.addressesOf(owner.withoutIfname()));
        for (Claim claim : claims) {
            for (IpAddr address : held) {
                Optional<Range> range = claim.set.rangeOf(address);
                if (claim.requested.isPresent() || range.isEmpty()) {
                    continue;
                }
                if (!isReclaimable(address)) {
                    throw duplicate(claim, address);
                }
                if (claim.lease == null && claim.set.refusal(address).isEmpty()) {
                    claim.lease = new Lease(range.get(), address);
                }
            }
        }
    }

    private CniException duplicate(Claim claim, IpAddr address) {
        return failed(
                claim,
                CniErrorCode.ALREADY_ATTACHED,
                address + " has been allocated to " + owner.containerId()
                        + ", duplicate allocation is not allowed",
                store.pathOf(address) + " is held by "
                        + store.holder(address).orElse(owner.toString())
                        + "; DEL with CNI_CONTAINERID=" + owner.containerId() + " CNI_IFNAME="
                        + owner.ifname()
                        + " frees it");
    }

    /** The address to try, after one that turned out to be taken if there is one. */
    private Lease next(Claim claim, Optional<IpAddr> after) {
        if (claim.lease != null && after.isEmpty()) {
            return claim.lease;
        }
        Optional<Lease> found = search(claim, after);
        if (found.isEmpty() && !rebuilt && !isExhausted(claim.set)) {
            rebuilt = true;
            store.rebuild();
            found = search(claim, Optional.empty());
        }
        // Once: without an index a search finds its first address again and again.
        if (found.isEmpty() && conf.reclaim() == Reclaim.EARLIER_BOOT && !claim.swept) {
            claim.swept = true;
            store.sweep((folder, listing) -> !claim.set.contains(IpAddr.parse(listing.name()))
                    || folder.isHeldBy(owner)
                    || !store.isOrphan(listing));
            found = search(claim, Optional.empty());
        }
        return found.orElseThrow(() -> exhausted(claim));
    }

    private Optional<Lease> search(Claim claim, Optional<IpAddr> after) {
        boolean skipping = after.isPresent();
        for (RangeSet.Segment segment : claim.set.segmentsAfter(claim.last.address())) {
            IpAddr first = segment.stretch().first();
            if (skipping) {
                if (!segment.stretch().contains(after.get())) {
                    continue;
                }
                skipping = false;
                if (after.get().equals(segment.stretch().last())) {
                    continue;
                }
                first = after.get().plus(1);
            }
            Optional<IpAddr> free = store.nextFree(first, segment.stretch().last());
            if (free.isPresent()) {
                return Optional.of(new Lease(segment.range(), free.get()));
            }
        }
        return Optional.empty();
    }

    private boolean isExhausted(RangeSet set) {
        return Census.of(store, set).isFull();
    }

    private void reserve(Claim claim, Undo undo) {
        boolean reclaimable = isHeldReclaimable(claim);
        while (true) {
            IpAddr address = claim.lease.address();
            if (reclaimable) {
                store.free(address);
                reclaimable = false;
            }
            if (store.reserve(owner, address)) {
                undo.push("release " + address, () -> store.release(owner, address));
                return;
            }
            if (claim.requested.isPresent()) {
                throw taken(claim, address, store.holder(address).orElse("nobody known"));
            }
            claim.lease = next(claim, Optional.of(address));
        }
    }

    private boolean isHeldReclaimable(Claim claim) {
        return conf.reclaim() == Reclaim.EARLIER_BOOT && isReclaimable(claim.lease.address());
    }

    private CniException exhausted(Claim claim) {
        Census census = Census.of(store, claim.set);
        return failed(
                claim,
                CniErrorCode.NO_FREE_ADDRESS,
                "no IP addresses available in range set: " + claim.set,
                census.describe(store));
    }

    private static CniException failed(
            Claim claim, CniErrorCode code, String what, String details) {
        return new CniException(
                code, "failed to allocate for range " + claim.number + ": " + what, details);
    }

    @Override
    public void close() {
        opened.forEach(LastReserved::close);
    }
}
