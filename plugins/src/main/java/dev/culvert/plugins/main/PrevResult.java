// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Drift;
import dev.culvert.net.Mac;
import dev.culvert.wire.link.Link;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the previous result says of the container's interface.
 *
 * @param container the interface in the container
 * @param mac its hardware address, if the result gives one
 * @param result the whole result, with the addresses of that interface alone
 */
public record PrevResult(CniInterface container, Optional<Mac> mac, CniResult result) {
    /**
     * Reads the result that CHECK cannot do without.
     *
     * @throws CniException CHECK_FAILED if it does not have the interface, DECODING_FAILURE if it
     *     is damaged
     */
    static PrevResult require(Request request) {
        CniResult previous = request.requirePrevResult();
        CniInterface container = container(request, Optional.of(previous))
                .filter(found -> found.sandbox().equals(request.netnsPath()))
                .orElseThrow(() -> new CniException(
                        CniErrorCode.CHECK_FAILED,
                        "prevResult: no interface " + request.ifname() + " in "
                                + request.netnsPath()));
        return new PrevResult(container, mac(container), ownPart(previous, container));
    }

    /**
     * The hardware address of the container's interface in a result that may be missing or damaged,
     * since DEL must come through.
     */
    public static Optional<Mac> readableMac(Request request) {
        return container(request, request.conf().readablePrevResult())
                .flatMap(PrevResult::parsedMac);
    }

    private static Optional<CniInterface> container(Request request, Optional<CniResult> result) {
        return result.flatMap(previous -> previous.interfaces().stream()
                .filter(found -> found.name().equals(request.ifname())
                        && !found.sandbox().isEmpty())
                .findFirst());
    }

    /**
     * The hardware address that a result gives a link, if it gives one.
     *
     * @throws CniException DECODING_FAILURE if it is none
     */
    public static Optional<Mac> mac(CniInterface link) {
        Optional<Mac> mac = parsedMac(link);
        if (mac.isEmpty() && !link.mac().isEmpty()) {
            throw new CniException(
                    CniErrorCode.DECODING_FAILURE,
                    "prevResult: interface " + link.name() + ": invalid MAC address \"" + link.mac()
                            + "\"");
        }
        return mac;
    }

    /**
     * The first difference between a link and what the result says of it; results of old versions
     * and of other plugins may leave it out. The MTU is compared where the configuration has one: a
     * later plugin that changes it says so in the result.
     *
     * @param confMtuBytes 0 or less for none
     */
    public Optional<Drift> verify(Link link, String sandbox, long confMtuBytes) {
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

    private static Optional<Mac> parsedMac(CniInterface link) {
        try {
            return Optional.of(Mac.parse(link.mac()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
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
}
