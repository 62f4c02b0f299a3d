// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.AttachmentKey;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.host.legacy.ReferenceLeftovers;
import dev.culvert.host.link.DefaultRoute;
import dev.culvert.host.link.NetworkLinks;
import dev.culvert.host.link.RemoveVeth;
import dev.culvert.host.nft.MacSpoofCheck;
import dev.culvert.host.nft.Masquerade;
import dev.culvert.net.Mac;
import dev.culvert.os.Netns;
import dev.culvert.plugins.veth.Shape.Target;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A plugin over a veth pair: every verb, from one description.
 *
 * <p>The order of ADD is lease, links, addresses and routes, rules, result; what fails is undone in
 * reverse. DEL goes rules, link, lease: an address is free only when nothing on this host mentions
 * it. DEL and GC know an attachment by its {@link Mark} alone; they need no namespace, no previous
 * result and none of the switches that ADD had.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
public final class VethPlugin implements Plugin {
    private final String name;
    private final Ipam ipam;
    private final Function<Request, Shape> parse;

    /**
     * A plugin by its name, with the IPAM plugins it finds in this process and its way to read a
     * configuration.
     */
    public VethPlugin(String name, Ipam ipam, Function<Request, Shape> parse) {
        this.name = name;
        this.ipam = ipam;
        this.parse = parse;
    }

    @Override
    public String name() {
        return name;
    }

    private static Mark mark(Request request) {
        return new Mark(request.conf().name(), request.containerId(), request.ifname());
    }

    private static Site site(Request request) {
        return new Site(request.libc(), Netns.find(request.libc(), request.netns()));
    }

    /**
     * The same for verbs that need the container's namespace, which may have gone since the
     * skeleton looked.
     */
    private static Site siteWithContainer(Request request) {
        Site site = site(request);
        if (!site.hasContainer()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETNS,
                    "open netns " + request.netns() + ": it is gone",
                    "the container ended meanwhile");
        }
        return site;
    }

    private static boolean hasIpam(Request request) {
        return !request.conf().ipamType().isEmpty();
    }

    @Override
    public Optional<CniResult> add(Request request) {
        Shape shape = parse.apply(request);
        checkIfname(request.ifname());
        try (Site site = siteWithContainer(request);
                Undo undo = new Undo()) {
            CniResult given = CniResult.EMPTY;
            if (hasIpam(request)) {
                given = ipam.add(request);
                undo.pushLast("release addresses", () -> ipam.del(request));
                if (given.ips().isEmpty()) {
                    throw new CniException(
                            CniErrorCode.INVALID_NETWORK_CONFIG,
                            "IPAM plugin returned missing IP config");
                }
            }
            CniResult result = shape.complete(given);
            int mtuBytes = mtu(shape, site);
            VethConf.checkMtu(mtuBytes, result);
            Target target = new Target(
                    mark(request), mtuBytes, shape.mac(), result, Routing.addresses(given));
            Plan plan = shape.plan(target);
            request.log().plan(plan::describe);
            apply(plan, site, undo);
            CniResult full = fullResult(shape, site, request, result);
            request.encode(full);
            undo.commit();
            return Optional.of(full);
        }
    }

    /** The kernel would put a number for %, and knows settings of every link under two names. */
    private static void checkIfname(String ifname) {
        if (ifname.indexOf('%') >= 0 || ifname.equals("all") || ifname.equals("default")) {
            throw new CniException(
                    CniErrorCode.INVALID_ENVIRONMENT,
                    "no link can be named \"" + ifname + "\"",
                    "CNI_IFNAME must not be all or default, nor hold %");
        }
    }

    /**
     * What the kernel takes for impossible is the configuration's fault, or that of what IPAM gave;
     * not a bug.
     */
    private static void apply(Plan plan, Site site, Undo undo) {
        try {
            plan.apply(site, undo);
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case EINVAL, ERANGE, EEXIST, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL ->
                    throw new CniException(
                            CniErrorCode.INVALID_NETWORK_CONFIG,
                            e.getMessage(),
                            "the kernel refuses what the configuration or its IPAM asks for");
                default -> throw e;
            }
        }
    }

    private static int mtu(Shape shape, Site site) {
        int mtu = shape.conf().mtuBytes();
        return mtu == VethConf.MTU_AUTO ? DefaultRoute.mtuBytes(site) : mtu;
    }

    /**
     * Interfaces from the outside in: the bridge if there is one, the host's end, the container's
     * end.
     */
    private static CniResult fullResult(Shape shape, Site site, Request request, CniResult result) {
        List<CniInterface> interfaces = new ArrayList<>();
        shape.bridge()
                .ifPresent(bridge -> interfaces.add(described(site.refreshedHostLink(bridge), "")));
        interfaces.add(described(site.hostLink(mark(request).hostLinkName()), ""));
        interfaces.add(described(site.containerLink(request.ifname()), request.netns()));
        List<CniIp> ips = new ArrayList<>();
        result.ips().forEach(ip -> ips.add(ip.onInterface(interfaces.size() - 1)));
        return new CniResult(
                interfaces, ips, result.routes(), shape.conf().dns().orElse(result.dns()));
    }

    private static CniInterface described(Link link, String sandbox) {
        return CniInterface.inSandbox(
                        link.name(), link.mac().map(Mac::toString).orElse(""), sandbox)
                .withMtuBytes(link.mtu().orElse(0));
    }

    @Override
    public void del(Request request) {
        Mark mark = mark(request);
        Failures failures = new Failures();
        try (Site site = site(request)) {
            failures.collect(() -> Masquerade.remove(site, mark));
            failures.collect(() -> MacSpoofCheck.remove(site, mark));
            failures.collect(() -> ReferenceLeftovers.remove(site, mark));
            failures.collect(() -> removeLink(request, site, mark));
        }
        // An address that something still carries must not be given to another container.
        if (failures.isEmpty() && hasIpam(request)) {
            ipam.del(request);
        }
        failures.throwFirst();
    }

    private static void removeLink(Request request, Site site, Mark mark) {
        RemoveVeth veth = new RemoveVeth(mark, request.deleteMode());
        if (!veth.removeOwn(site)) {
            containerInterface(request, request.conf().readablePrevResult())
                    .flatMap(VethPlugin::readableMac)
                    .ifPresent(mac -> veth.removeForeign(site, mac));
        }
    }

    /**
     * The hardware address in a result; one that is none counts as absent, since DEL must come
     * through.
     */
    private static Optional<Mac> readableMac(CniInterface link) {
        try {
            return Optional.of(Mac.parse(link.mac()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The container's interface in the previous result. */
    private static Optional<CniInterface> containerInterface(
            Request request, Optional<CniResult> result) {
        return result.flatMap(previous -> previous.interfaces().stream()
                .filter(found -> found.name().equals(request.ifname())
                        && !found.sandbox().isEmpty())
                .findFirst());
    }

    @Override
    public void check(Request request) {
        Shape shape = parse.apply(request);
        if (hasIpam(request)) {
            ipam.check(request);
        }
        CniResult previous = request.requirePrevResult();
        CniInterface container = containerInterface(request, Optional.of(previous))
                .filter(found -> found.sandbox().equals(request.netns()))
                .orElseThrow(() -> new CniException(
                        CniErrorCode.CHECK_FAILED,
                        "prevResult: no interface " + request.ifname() + " in " + request.netns()));
        Optional<Mac> mac = mac(container);
        CniResult own = ownPart(previous, container);
        try (Site site = siteWithContainer(request)) {
            Mark mark = mark(request);
            boolean ours = isOurs(site, mark, previous);
            Optional<Drift> drift = ours
                    ? shape.plan(new Target(mark, 0, mac, own, Routing.addresses(own)))
                            .verify(site)
                    : new ForeignPair(request.ifname(), mac, own, shape.bridge()).verify(site);
            if (ours && drift.isEmpty()) {
                drift = verifyLinks(site, shape, mark, own, container);
            }
            if (drift.isPresent()) {
                throw new CniException(
                        CniErrorCode.CHECK_FAILED,
                        drift.get().toString(),
                        "the attachment is not as its result says; DEL and ADD make it anew");
            }
        }
    }

    /** The hardware address in a result, if it gives one. */
    private static Optional<Mac> mac(CniInterface link) {
        Optional<Mac> mac = readableMac(link);
        if (mac.isEmpty() && !link.mac().isEmpty()) {
            throw new CniException(
                    CniErrorCode.DECODING_FAILURE,
                    "prevResult: interface " + link.name() + ": invalid MAC address \"" + link.mac()
                            + "\"");
        }
        return mac;
    }

    /**
     * The links that the plan has looked at, as the result has them; results of old versions and of
     * other plugins may leave some out. The MTU is compared where the configuration has one: a
     * later plugin that changes it says so in the result.
     */
    private static Optional<Drift> verifyLinks(
            Site site, Shape shape, Mark mark, CniResult result, CniInterface container) {
        long mtuBytes = shape.conf().mtuBytes();
        Link inside = site.containerLink(mark.ifname());
        Link outside = site.hostLink(mark.hostLinkName());
        return verifyLink(inside, container.sandbox(), mtuBytes, result)
                .or(() -> verifyLink(outside, "", mtuBytes, result))
                .or(() -> shape.pinsBridge()
                        ? verifyLink(site.hostLink(shape.bridge().orElseThrow()), "", 0, result)
                        : Optional.empty());
    }

    private static Optional<Drift> verifyLink(
            Link link, String sandbox, long confMtuBytes, CniResult result) {
        String object = "link " + link.name() + (sandbox.isEmpty() ? "" : " in " + sandbox);
        long mtuBytes = confMtuBytes;
        for (CniInterface said : result.interfaces()) {
            if (said.name().equals(link.name()) && said.sandbox().equals(sandbox)) {
                mtuBytes = mtuBytes > 0 && said.mtuBytes() > 0 ? said.mtuBytes() : mtuBytes;
                Optional<Drift> drift = Drift.unlessAddress(object, mac(said), link);
                if (drift.isPresent()) {
                    return drift;
                }
            }
        }
        return mtuBytes <= 0 || link.mtu().orElse(0) == mtuBytes
                ? Optional.empty()
                : Drift.unlessEqual(object + " mtu", mtuBytes, link.mtu().orElse(0));
    }

    /**
     * Nobody else makes links of our names, so one in the result is ours even when it is gone by
     * now.
     */
    private static boolean isOurs(Site site, Mark mark, CniResult previous) {
        return previous.interfaces().stream()
                        .anyMatch(found -> found.name().equals(mark.hostLinkName()))
                || site.findHostLink(mark).isPresent();
    }

    /** The addresses of the container's interface; routes are the whole result's. */
    private static CniResult ownPart(CniResult previous, CniInterface container) {
        int index = previous.interfaces().indexOf(container);
        List<CniIp> own = new ArrayList<>();
        for (CniIp ip : previous.ips()) {
            int at = ip.interfaceIndex().orElse(index);
            if (at < 0 || at >= previous.interfaces().size()) {
                throw new CniException(
                        CniErrorCode.DECODING_FAILURE,
                        "prevResult: address " + ip.address() + ": there is no interface " + at);
            }
            if (at == index) {
                own.add(ip);
            }
        }
        return previous.withIps(own);
    }

    @Override
    public void gc(Request request) {
        String network = request.conf().name();
        List<Mark> valid = new ArrayList<>();
        for (AttachmentKey key : request.conf().validAttachments().require()) {
            valid.add(new Mark(network, key.containerId(), key.ifname()));
        }
        Set<String> digests = new LinkedHashSet<>();
        valid.forEach(mark -> digests.add(mark.digest()));
        Failures failures = new Failures();
        try (Site site = site(request)) {
            failures.collect(() -> Masquerade.gc(site, network, digests));
            failures.collect(() -> MacSpoofCheck.gc(site, network, digests));
            failures.collect(() -> ReferenceLeftovers.gc(site, network, valid));
            failures.collect(() -> NetworkLinks.removeStale(site, network, digests));
        }
        // As in DEL: not while something may still carry an address.
        if (failures.isEmpty() && hasIpam(request)) {
            ipam.gc(request);
        }
        failures.throwFirst();
    }

    @Override
    public void status(Request request) {
        Shape shape = parse.apply(request);
        try (Site site = site(request)) {
            shape.bridge().ifPresent(bridge -> {
                Optional<Link> link = site.findHostLink(bridge);
                if (link.isPresent() && !link.get().kind().equals("bridge")) {
                    throw new CniException(
                            CniErrorCode.NOT_AVAILABLE,
                            "link " + bridge + " exists and is no bridge",
                            "choose another bridge name, or delete the link");
                }
            });
            if (shape.conf().ipMasq()) {
                requireMasquerade(site);
            }
        }
        if (hasIpam(request)) {
            ipam.status(request);
        }
    }

    /**
     * A kernel without nftables is what STATUS is asked about, not what keeps it from answering.
     */
    private static void requireMasquerade(Site site) {
        try {
            Masquerade.requireKernel(site);
        } catch (ErrnoException e) {
            if (e.tellsOfALack()) {
                throw new CniException(
                        CniErrorCode.NOT_AVAILABLE,
                        e.getMessage(),
                        "ipMasq needs nftables: load its module, or run Linux 5.4 or later");
            }
            throw e;
        }
    }
}
