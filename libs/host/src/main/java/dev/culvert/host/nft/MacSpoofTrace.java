// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;

import java.util.List;

/**
 * The elements that guard a link's hardware address. They go after the link: a container that still
 * sends is still checked.
 */
public final class MacSpoofTrace implements Trace {
    @Override
    public List<String> describe(Mark mark) {
        return List.of("nft: remove the MAC check of " + mark.hostLinkName());
    }

    @Override
    public void remove(Site site, Mark mark) {
        MacSpoofCheck.remove(site, mark);
    }

    @Override
    public void sweep(Site site, Valid valid) {
        MacSpoofCheck.gc(site, valid.network(), valid.digests());
    }
}
