// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.Rt;
import dev.culvert.wire.route.Address;

import java.util.ArrayList;
import java.util.List;

/** The addresses of one namespace's links. */
public final class Addresses {
    private final NetlinkSocket socket;

    /** Over a socket of {@code NETLINK_ROUTE}, which stays the caller's. */
    public Addresses(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Like {@code ip addr add}: EEXIST if the link has it. */
    public static Reply<Void> create(Batch batch, Address address, Errno... tolerated) {
        return batch.tell(
                "add address",
                address.address().toString(),
                Rt.RTM_NEWADDR,
                Nl.NLM_F_CREATE | Nl.NLM_F_EXCL,
                address::encode,
                tolerated);
    }

    /** Like {@code ip addr del}: EADDRNOTAVAIL if the link does not have it. */
    public static Reply<Void> delete(Batch batch, Address address, Errno... tolerated) {
        return batch.tell(
                "delete address",
                address.address().toString(),
                Rt.RTM_DELADDR,
                0,
                address::encode,
                tolerated);
    }

    /** The addresses of all links, both families. */
    public List<Address> list() {
        return socket.dump(
                "addresses",
                Rt.RTM_GETADDR,
                w -> Address.encodeDump(w, Rt.AF_UNSPEC, 0),
                Address::decode);
    }

    /** The addresses of a link, both families. */
    public List<Address> list(int linkIndex) {
        List<Address> all = socket.dump(
                "addresses",
                Rt.RTM_GETADDR,
                w -> Address.encodeDump(w, Rt.AF_UNSPEC, linkIndex),
                Address::decode);
        List<Address> own = new ArrayList<>();
        for (Address address : all) {
            if (address.linkIndex() == linkIndex) {
                own.add(address);
            }
        }
        return own;
    }
}
