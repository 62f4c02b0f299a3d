// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.Rt;
import dev.culvert.wire.route.Neighbour;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The neighbours of one namespace: which hardware address is behind which IP address. */
public final class Neighbours {
    private final NetlinkSocket socket;

    /** Over a socket of {@code NETLINK_ROUTE}, which stays the caller's. */
    public Neighbours(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Like {@code ip neigh replace}: afterwards the entry is exactly this. */
    public static Reply<Void> replace(Batch batch, Neighbour neighbour) {
        return batch.tell(
                "set neighbour",
                neighbour.address().toString(),
                Rt.RTM_NEWNEIGH,
                Nl.NLM_F_CREATE | Nl.NLM_F_REPLACE,
                neighbour::encode);
    }

    /** Makes sure that the entry is not there. */
    public static Reply<Void> remove(Batch batch, Neighbour neighbour) {
        return batch.tell(
                "delete neighbour",
                neighbour.address().toString(),
                Rt.RTM_DELNEIGH,
                0,
                neighbour::encode,
                Errno.ENOENT);
    }

    /** The neighbours on a link, both families. */
    public List<Neighbour> list(int linkIndex) {
        List<Neighbour> own = new ArrayList<>();
        for (int family : new int[] {Rt.AF_INET, Rt.AF_INET6}) {
            List<Optional<Neighbour>> all = socket.dump(
                    "neighbours",
                    Rt.RTM_GETNEIGH,
                    w -> Neighbour.encodeDump(w, family),
                    Neighbour::decode);
            for (Optional<Neighbour> found : all) {
                found.filter(neighbour -> neighbour.linkIndex() == linkIndex).ifPresent(own::add);
            }
        }
        return own;
    }
}
