// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.staticipam;

import dev.culvert.cni.plugin.Answer;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.NetConf;

import java.util.List;

/**
 * Hands out the addresses, routes and resolver settings that it is told.
 *
 * @cni plugins 1.9 ipam/static
 */
public final class StaticPlugin implements Plugin {
    @Override
    public String name() {
        return "static";
    }

    @Override
    public boolean isIpam(NetConf conf) {
        return true;
    }

    @Override
    public Answer add(Request request) {
        StaticConf conf = StaticConf.of(request);
        StaticConf.requireHarmlessGateways(request);
        for (CniIp ip : conf.addresses()) {
            request.log().plan("static address " + described(ip));
        }
        return request.answer(
                new CniResult(List.of(), conf.addresses(), conf.routes(), conf.dns()));
    }

    /** There is nothing to give back, whatever the configuration says. */
    @Override
    public void del(Request request) {}

    /** Every address must be in the previous result, with the gateway that it has here, if any. */
    @Override
    public void check(Request request) {
        List<CniIp> found = request.requirePrevResult().ips();
        for (CniIp wanted : StaticConf.of(request).addresses()) {
            boolean matches = found.stream()
                    .anyMatch(ip -> ip.address().equals(wanted.address())
                            && (wanted.gateway().isEmpty()
                                    || wanted.gateway().equals(ip.gateway())));
            if (!matches) {
                throw new CniException(
                        CniErrorCode.CHECK_FAILED,
                        "static: address " + described(wanted) + " is not in the result",
                        "found " + described(found));
            }
        }
    }

    /** Nothing is kept, so nothing can be stale. */
    @Override
    public void gc(Request request) {}

    /** The addresses may come with the ADD alone, so there is nothing to miss. */
    @Override
    public void status(Request request) {}

    private static String described(CniIp ip) {
        return ip.address()
                + (ip.gateway().isPresent() ? " gateway " + ip.gateway().get() : "");
    }

    private static String described(List<CniIp> ips) {
        StringBuilder out = new StringBuilder();
        for (CniIp ip : ips) {
            out.append(out.isEmpty() ? "" : ", ").append(described(ip));
        }
        return out.isEmpty() ? "no address" : out.toString();
    }
}
