// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.cni.spec.AttachmentKey;
import dev.culvert.os.Listing;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what belongs to an attachment that GC was told is valid; asking makes no objects for what
 * is not kept.
 */
final class ValidOwners implements Store.Keep {
    private final Map<Long, Owner> owners = new HashMap<>();
    private final long[] hashes;

    private ValidOwners(List<AttachmentKey> keys) {
        for (AttachmentKey key : keys) {
            add(Owner.of(key.containerId(), key.ifname()));
            // A file without an interface's name may be this attachment's.
            add(Owner.of(key.containerId(), key.ifname()).withoutIfname());
        }
        hashes = new long[owners.size()];
        int i = 0;
        for (long hash : owners.keySet()) {
            hashes[i++] = hash;
        }
        Arrays.sort(hashes);
    }

    static ValidOwners of(List<AttachmentKey> keys) {
        return new ValidOwners(keys);
    }

    private void add(Owner owner) {
        owners.put(owner.hash(), owner);
    }

    @Override
    public boolean keep(NetworkFolder folder, Listing listing) {
        long holder = folder.holderHash();
        return Arrays.binarySearch(hashes, holder) >= 0 && folder.isHeldBy(owners.get(holder));
    }
}
