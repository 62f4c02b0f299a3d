// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.net.IpAddr;
import dev.culvert.sys.Errno;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.Rt;
import dev.culvert.wire.route.Route;

import java.util.ArrayList;
import java.util.List;

/** The routes of one namespace. */
public final class Routes {
    private final NetlinkSocket socket;

    /** Over a socket of {@code NETLINK_ROUTE}, which stays the caller's. */
    public Routes(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Makes sure that the route is there. Sent with CREATE alone: REPLACE destroys equal-cost
     * routes, EXCL refuses the second of them; so the same route again answers EEXIST, which is
     * success.
     */
    public static Reply<Void> ensure(Batch batch, Route route) {
        return batch.tell(
                "add route",
                route.describe(),
                Rt.RTM_NEWROUTE,
                Nl.NLM_F_CREATE,
                route::encode,
                Errno.EEXIST);
    }

    /** Makes sure that the route is not there. */
    public static Reply<Void> remove(Batch batch, Route route) {
        return batch.tell(
                "delete route", route.describe(), Rt.RTM_DELROUTE, 0, route::encode, Errno.ESRCH);
    }

    /**
     * Asks for the route to an address over a link, or over any for the index 0, like {@code ip
     * route get}; without a value if there is none.
     */
    public static Reply<Route> find(Batch batch, IpAddr destination, int linkIndex) {
        return batch.ask(
                "find route to",
                destination.toString(),
                Rt.RTM_GETROUTE,
                0,
                w -> Route.encodeGet(w, destination, linkIndex),
                Route::decode,
                Errno.ENETUNREACH,
                Errno.EHOSTUNREACH);
    }

    /**
     * All routes over a link, in every table, of both families; the local table's and multicast
     * ones are left out.
     */
    public List<Route> list(int linkIndex) {
        List<Route> own = new ArrayList<>();
        for (int family : new int[] {Rt.AF_INET, Rt.AF_INET6}) {
            for (Route route : listFamily(family)) {
                if (route.linkIndex() == linkIndex) {
                    own.add(route);
                }
            }
        }
        return own;
    }

    /**
     * All unicast routes of a family, in every table; one with several next hops counts once for
     * each.
     */
    public List<Route> listFamily(int family) {
        List<Route> unicast = new ArrayList<>();
        for (List<Route> hops : socket.dump(
                "routes",
                Rt.RTM_GETROUTE,
                w -> Route.encodeDump(w, family),
                Route::decodeAll,
                Errno.EOPNOTSUPP)) {
            hops.stream().filter(hop -> hop.type() == Route.TYPE_UNICAST).forEach(unicast::add);
        }
        return unicast;
    }
}
