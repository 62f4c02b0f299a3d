// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.net.Mac;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.ReceiveBuffer;
import dev.culvert.os.Netns;
import dev.culvert.os.Randomness;
import dev.culvert.os.Sysctl;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.wire.link.Link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where the steps of a plan work: this host's namespace, perhaps a container's, and what earlier
 * steps found out there. Sockets are opened when first needed. For one thread, which must be in the
 * host's namespace.
 */
public final class Site implements AutoCloseable {
    private final Libc libc;
    private final Optional<Netns> container;
    private final List<NetlinkSocket> sockets = new ArrayList<>();
    private final ReceiveBuffer received = new ReceiveBuffer();
    private final Map<String, Link> hostLinks = new LinkedHashMap<>();
    private final Map<String, Link> containerLinks = new LinkedHashMap<>();
    private Optional<NetlinkSocket> hostRoute = Optional.empty();
    private Optional<NetlinkSocket> containerRoute = Optional.empty();
    private Optional<NetlinkSocket> nft = Optional.empty();

    /** @param container the container's namespace, which stays the caller's to close */
    public Site(Libc libc, Optional<Netns> container) {
        this.libc = libc;
        this.container = container;
    }

    public Libc libc() {
        return libc;
    }

    public Sysctl sysctl() {
        return new Sysctl(libc);
    }

    /** A difference unless a kernel setting of this host holds the value. */
    public Optional<Drift> verifySysctl(String key, String value) {
        return Drift.unlessEqual("sysctl " + key, value, sysctl().find(key).orElse("no such key"));
    }

    /** Whether there is a container's namespace. */
    public boolean hasContainer() {
        return container.isPresent();
    }

    /** The container's namespace. */
    public Netns container() {
        return container.orElseThrow(() -> new IllegalStateException("no container namespace"));
    }

    /** Runs the body inside the container's namespace. */
    public <T> T inContainer(Supplier<T> body) {
        return container().call(body);
    }

    /** rtnetlink on this host. */
    public NetlinkSocket hostRoute() {
        if (hostRoute.isEmpty()) {
            hostRoute = Optional.of(opened(Linux.NETLINK_ROUTE));
        }
        return hostRoute.get();
    }

    /** rtnetlink in the container's namespace. */
    public NetlinkSocket containerRoute() {
        if (containerRoute.isEmpty()) {
            containerRoute = Optional.of(inContainer(() -> opened(Linux.NETLINK_ROUTE)));
        }
        return containerRoute.get();
    }

    /** nftables on this host. */
    public NetlinkSocket nft() {
        if (nft.isEmpty()) {
            nft = Optional.of(opened(Linux.NETLINK_NETFILTER));
        }
        return nft.get();
    }

    /** The descriptor of the nftables socket; -1 while none is open. */
    public int nftFd() {
        return nft.map(NetlinkSocket::fd).orElse(-1);
    }

    /**
     * nftables on this host; empty where the kernel knows no netfilter at all, and so holds nothing
     * of it.
     */
    public Optional<NetlinkSocket> findNft() {
        try {
            return Optional.of(nft());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EPROTONOSUPPORT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private NetlinkSocket opened(int protocol) {
        NetlinkSocket socket = NetlinkSocket.open(libc, protocol, received);
        sockets.add(socket);
        return socket;
    }

    /** A link of this host that a step made or found. */
    public Link hostLink(String name) {
        return known(hostLinks, name);
    }

    /** A link of the container that a step made or found. */
    public Link containerLink(String name) {
        return known(containerLinks, name);
    }

    /** A link of this host as it is now. */
    public Optional<Link> findHostLink(String name) {
        return new Links(hostRoute()).find(Link.named(name));
    }

    /** The link of this host that carries a mark. */
    public Optional<Link> findHostLink(Mark mark) {
        return findHostLink(mark.hostLinkName())
                .filter(link -> mark.owns(link.alias().orElse("")));
    }

    /** A link that a step made or found, as it is now. */
    public Link refreshedHostLink(String name) {
        return findHostLink(name).orElseGet(() -> hostLink(name));
    }

    private static Link known(Map<String, Link> links, String name) {
        Link link = links.get(name);
        if (link == null) {
            throw new IllegalStateException("no step has looked at link " + name);
        }
        return link;
    }

    public void learnHostLink(Link link) {
        hostLinks.put(link.name(), link);
    }

    public void learnContainerLink(Link link) {
        containerLinks.put(link.name(), link);
    }

    /** A random unicast address, locally administered. */
    public Mac randomMac() {
        return Mac.local(Randomness.bytes(libc, 6));
    }

    /** A number for a group of links that nobody has: one of 2^30, above what people choose. */
    public int randomGroup() {
        return 0x4000_0000 | Randomness.number(libc);
    }

    @Override
    public void close() {
        sockets.forEach(NetlinkSocket::close);
    }
}
