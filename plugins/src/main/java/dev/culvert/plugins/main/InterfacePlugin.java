// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.plugin.Answer;
import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Undo;
import dev.culvert.plugins.main.Shape.Ends;
import dev.culvert.plugins.main.Shape.Target;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A plugin that gives a container an interface: every verb, from one description.
 *
 * <p>The order of ADD is links, addresses from IPAM, addresses and routes on the links, rules,
 * result; what fails is undone in reverse, and the addresses are released last. DEL removes the
 * {@link Trace}s in their order and then the addresses: one is free only when nothing on this host
 * mentions it. DEL and GC know an attachment by its {@link Mark} alone; they need no namespace, no
 * previous result and none of the switches that ADD had.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
public final class InterfacePlugin implements Plugin {
    private final String name;
    private final Ipam ipam;
    private final Function<Request, Shape> parse;
    private final Function<Request, List<Trace>> traces;

    /**
     * A plugin by its name.
     *
     * @param ipam finds the IPAM plugins
     * @param parse reads a configuration
     * @param traces what DEL and GC look for, in the order of removal
     */
    public InterfacePlugin(
            String name,
            Ipam ipam,
            Function<Request, Shape> parse,
            Function<Request, List<Trace>> traces) {
        this.name = name;
        this.ipam = ipam;
        this.parse = parse;
        this.traces = traces;
    }

    @Override
    public String name() {
        return name;
    }

    private static boolean hasIpam(Request request) {
        return !request.conf().ipamType().isEmpty();
    }

    @Override
    public Answer add(Request request) {
        Shape shape = parse.apply(request);
        checkIfname(request.ifname());
        Mark mark = Plans.mark(request);
        try (Site site = Plans.site(request);
                Undo undo = new Undo()) {
            int mtuBytes = shape.conf().mtuBytes(site);
            Plans.apply(shape.links(new Ends(mark, mtuBytes, shape.mac())), request, site, undo);
            CniResult given = addresses(request, undo);
            CniResult result = shape.complete(given);
            LinkConf.checkMtu(mtuBytes, result);
            Target target = new Target(mark, result, Routing.addresses(given));
            Plans.apply(shape.network(target), request, site, undo);
            Answer answer = request.answer(fullResult(shape, site, request, result));
            undo.commit();
            return answer;
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

    private CniResult addresses(Request request, Undo undo) {
        if (!hasIpam(request)) {
            return CniResult.EMPTY;
        }
        CniResult given = ipam.add(request);
        undo.pushLast("release addresses", () -> ipam.del(request));
        if (given.ips().isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, "IPAM plugin returned missing IP config");
        }
        return given;
    }

    private static CniResult fullResult(Shape shape, Site site, Request request, CniResult result) {
        List<CniInterface> interfaces =
                shape.interfaces(site, Plans.mark(request), request.netnsPath());
        int own = interfaces.size() - 1;
        while (interfaces.get(own).sandbox().isEmpty()) {
            own--;
        }
        List<CniIp> ips = new ArrayList<>();
        for (CniIp ip : result.ips()) {
            ips.add(ip.onInterface(own));
        }
        return new CniResult(interfaces, ips, result.routes(), shape.dns().orElse(result.dns()));
    }

    @Override
    public void del(Request request) {
        Failures failures = Plans.remove(traces.apply(request), request);
        // An address that something still carries must not be given to another container.
        if (failures.isEmpty() && hasIpam(request)) {
            ipam.del(request);
        }
        failures.throwFirst();
    }

    @Override
    public void check(Request request) {
        Shape shape = parse.apply(request);
        if (hasIpam(request)) {
            ipam.check(request);
        }
        PrevResult previous = PrevResult.require(request);
        try (Site site = Plans.site(request)) {
            Plans.require(shape.verify(site, Plans.mark(request), previous));
        }
    }

    @Override
    public void gc(Request request) {
        Failures failures = Plans.sweep(traces.apply(request), request);
        // As in DEL: not while something may still carry an address.
        if (failures.isEmpty() && hasIpam(request)) {
            ipam.gc(request);
        }
        failures.throwFirst();
    }

    @Override
    public void status(Request request) {
        Shape shape = parse.apply(request);
        try (Site site = Plans.site(request)) {
            shape.status(site);
        }
        if (hasIpam(request)) {
            ipam.status(request);
        }
    }
}
