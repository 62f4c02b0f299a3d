// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;

import java.util.List;

/** The addresses that an attachment masquerades, in whatever table they stand. */
public final class MasqueradeTrace implements Trace {
    @Override
    public List<String> describe(Mark mark) {
        return List.of("nft: remove the masqueraded addresses of " + mark.hostLinkName());
    }

    @Override
    public void remove(Site site, Mark mark) {
        Masquerade.remove(site, mark);
    }

    @Override
    public void sweep(Site site, Valid valid) {
        Masquerade.gc(site, valid.network(), valid.digests());
    }
}
