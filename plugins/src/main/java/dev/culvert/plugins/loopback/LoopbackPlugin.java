// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.loopback;

import dev.culvert.cni.plugin.Answer;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.netlink.Addresses;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.route.Address;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings {@code lo} up and reports its addresses; CNI_IFNAME does not matter. The result has the
 * shape of the version that was asked for (the reference's has that of 1.0.0 in every version).
 *
 * <p>Like {@code ip link set lo up}.
 *
 * @cni plugins 1.9 main/loopback
 */
public final class LoopbackPlugin implements Plugin {
    private static final String LO = "lo";
    private static final String NO_MAC = "00:00:00:00:00:00";

    @Override
    public String name() {
        return "loopback";
    }

    @Override
    public Answer add(Request request) {
        request.log().plan("ip -n " + request.netnsPath() + " link set lo up");
        try (Site site = site(request);
                Undo undo = new Undo()) {
            Link lo = requireLo(site);
            if (!lo.isUp()) {
                undo.push("set lo down", () -> set(site, lo, false));
                set(site, lo, true);
            }
            Answer answer = request.conf().hasPrevResult()
                    ? request.answerPrevResult()
                    : request.answer(result(request, addresses(site, lo)));
            undo.commit();
            return answer;
        }
    }

    private static CniResult result(Request request, List<IfAddr> addresses) {
        List<CniIp> ips = new ArrayList<>();
        addFirst(ips, addresses, true);
        addFirst(ips, addresses, false);
        return CniResult.EMPTY
                .withIps(ips)
                .withInterfaces(List.of(CniInterface.inSandbox(LO, NO_MAC, request.netnsPath())));
    }

    private static void addFirst(List<CniIp> ips, List<IfAddr> addresses, boolean ipv4) {
        for (IfAddr address : addresses) {
            if (address.isIpv4() == ipv4) {
                ips.add(CniIp.of(address).onInterface(0));
                return;
            }
        }
    }

    private static List<IfAddr> addresses(Site site, Link lo) {
        List<IfAddr> addresses = new ArrayList<>();
        for (Address address : new Addresses(site.containerRoute()).list(lo.index())) {
            if (!address.address().address().isLoopback()) {
                throw new CniException(
                        CniErrorCode.OBJECT_DIFFERS,
                        "link lo has address " + address.address()
                                + ", which is no loopback address",
                        "delete it, or put it on another link");
            }
            addresses.add(address.address());
        }
        return addresses;
    }

    /** Sets lo down, if the namespace is still there. */
    @Override
    public void del(Request request) {
        if (request.netns().isPresent()) {
            request.log().plan("ip -n " + request.netnsPath() + " link set lo down");
            try (Site site = site(request)) {
                Optional<Link> lo = findLo(site);
                if (lo.isPresent() && lo.get().isUp()) {
                    set(site, lo.get(), false);
                }
            }
        }
    }

    @Override
    public void check(Request request) {
        try (Site site = site(request)) {
            if (!requireLo(site).isUp()) {
                throw new CniException(
                        CniErrorCode.CHECK_FAILED,
                        "link lo in " + request.netnsPath() + ": wanted up, found down");
            }
        }
    }

    /** Nothing is left of a loopback when its namespace is gone. */
    @Override
    public void gc(Request request) {}

    /** Every kernel has it. */
    @Override
    public void status(Request request) {}

    private static Site site(Request request) {
        return new Site(request.libc(), request.netns());
    }

    private static Optional<Link> findLo(Site site) {
        return new Links(site.containerRoute()).find(Link.named(LO));
    }

    private static Link requireLo(Site site) {
        return findLo(site)
                .orElseThrow(() -> new ErrnoException("find link", LO, Errno.ENODEV.number()));
    }

    private static void set(Site site, Link lo, boolean up) {
        NetlinkSocket socket = site.containerRoute();
        Batch batch = socket.batch();
        Links.set(batch, Link.at(lo.index()).withFlag(Link.IFF_UP, up));
        socket.exchange(batch);
    }
}
