// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.spec.CniDns;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.host.Site;
import dev.culvert.host.link.DefaultRoute;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.JsonString;
import dev.culvert.wire.link.Ipv6Conf;

import java.util.List;
import java.util.Optional;

/**
 * The keys that all interface plugins share.
 *
 * @param mtuBytes 0 for the kernel's default, -1 for that of the link that the default route leaves
 *     by
 * @param dns settings that replace those of IPAM, if any were given
 */
public record LinkConf(int mtuBytes, Optional<CniDns> dns) {
    /** As {@code "mtu": "auto"}. */
    public static final int MTU_AUTO = -1;
    /** The smallest MTU that IPv4 allows. @rfc 791 */
    private static final int MTU_MIN = 68;

    private static final int MTU_MAX = 65_535;

    /** Reads the keys; what is well-formed but impossible is added to the problems. */
    public static LinkConf parse(NetConf conf, List<String> problems) {
        return new LinkConf(mtu(conf.fields(), problems), dns(conf));
    }

    private static int mtu(Fields fields, List<String> problems) {
        Optional<Field> field = fields.find("mtu");
        if (field.isPresent()
                && field.get().json() instanceof JsonString text
                && text.value().equals("auto")) {
            return MTU_AUTO;
        }
        long mtu = fields.integer("mtu", 0, Fields.Range.INT);
        if (mtu != 0 && (mtu < MTU_MIN || mtu > MTU_MAX)) {
            problems.add(
                    "mtu: " + mtu + " is not between " + MTU_MIN + " and " + MTU_MAX + " bytes");
        }
        return (int) mtu;
    }

    /**
     * For links that have a master: {@code "auto"} is the master's MTU, which is the kernel's
     * default.
     */
    public LinkConf onMaster() {
        return mtuBytes == MTU_AUTO ? new LinkConf(0, dns) : this;
    }

    /** The MTU that a link is made with; 0 for the kernel's default. */
    int mtuBytes(Site site) {
        return mtuBytes == MTU_AUTO ? DefaultRoute.mtuBytes(site) : mtuBytes;
    }

    /**
     * Checks an MTU against the addresses that will live with it; 0, the kernel's default, fits
     * all.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if it is too small for an IPv6 address
     */
    static void checkMtu(int mtuBytes, CniResult result) {
        if (mtuBytes > 0 && mtuBytes < Ipv6Conf.MTU_MIN && Routing.has(result, false)) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    "mtu: " + mtuBytes + " is less than the " + Ipv6Conf.MTU_MIN
                            + " bytes that IPv6 needs",
                    "raise it, or give no IPv6 address");
        }
    }

    /** Any list that is there, even an empty one, says that the configuration decides. */
    private static Optional<CniDns> dns(NetConf conf) {
        Fields dns = conf.fields().object("dns");
        boolean given = dns.has("nameservers")
                || dns.has("search")
                || dns.has("options")
                || !conf.dns().domain().isEmpty();
        return given ? Optional.of(conf.dns()) : Optional.empty();
    }
}
