// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.staticipam;

import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniArgs;
import dev.culvert.cni.spec.CniDns;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniRoute;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.cni.spec.NetFields;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request asks of {@code static}. Addresses come from four places:
 *
 * <ol>
 *   <li>{@code ipam.addresses}, each with a gateway of its own;
 *   <li>CNI_ARGS {@code IP}, which are added, and {@code GATEWAY}, which goes to those of them
 *       whose subnet has it;
 *   <li>{@code args.cni.ips}, which replace all of these;
 *   <li>{@code runtimeConfig.ips}, which replace all of these.
 * </ol>
 *
 * @param addresses with gateways
 * @param routes as configured, the same destination through several gateways included
 * @param dns as configured
 * @cni plugins 1.9 ipam/static
 */
record StaticConf(List<CniIp> addresses, List<CniRoute> routes, CniDns dns) {
    /** The hardware address is for the plugin that runs this one. */
    private static final List<String> KNOWN_ARGS = List.of("IP", "GATEWAY", "MAC");

    static StaticConf of(Request request) {
        NetConf conf = request.conf();
        if (!conf.fields().has("ipam")) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, "IPAM config missing 'ipam' key");
        }
        Fields ipam = conf.ipam();
        List<CniRoute> routes = new ArrayList<>();
        for (Field route : ipam.list("routes")) {
            routes.add(CniRoute.decode(route));
        }
        List<CniIp> addresses = addresses(request);
        requireOnePerFamily(conf.version(), addresses);
        return new StaticConf(addresses, routes, CniDns.decode(ipam.object("dns")));
    }

    private static List<CniIp> addresses(Request request) {
        NetConf conf = request.conf();
        CniArgs args = request.cniArgs(KNOWN_ARGS);
        List<CniIp> fromArgs = withGateways(args.items("IP"), args.items("GATEWAY"));
        List<Field> fromRuntime = conf.runtimeConfig().list("ips");
        List<Field> fromConf = conf.cniArgs().list("ips");
        List<Field> own = conf.ipam().list("addresses");
        for (Field item : own) {
            // Their types, even where others take their place.
            item.object().string("address", "");
            item.object().string("gateway", "");
        }
        if (!fromRuntime.isEmpty() || !fromConf.isEmpty()) {
            return replacing(fromRuntime.isEmpty() ? fromConf : fromRuntime);
        }
        List<CniIp> addresses = new ArrayList<>();
        for (Field item : own) {
            addresses.add(configured(item.object()));
        }
        addresses.addAll(fromArgs);
        return addresses;
    }

    /**
     * A gateway of CNI_ARGS, which a pod's author may have written, must not become an address of
     * this host, as those of a bridge with {@code isGateway} do; one that is configured as well
     * may.
     *
     * @throws CniException INVALID_ENVIRONMENT
     */
    static void requireHarmlessGateways(Request request) {
        Fields fields = request.conf().fields();
        if (!fields.bool("isGateway", false) && !fields.bool("isDefaultGateway", false)) {
            return;
        }
        List<IpAddr> configured = new ArrayList<>();
        for (Field item : request.conf().ipam().list("addresses")) {
            NetFields.findIpAddr(item.object(), "gateway").ifPresent(configured::add);
        }
        for (String text : request.cniArgs(KNOWN_ARGS).items("GATEWAY")) {
            if (!configured.contains(gateway(text))) {
                throw new CniException(
                        CniErrorCode.INVALID_ENVIRONMENT,
                        "CNI_ARGS GATEWAY: " + text + " would become an address of this host",
                        "with isGateway a gateway is wanted in ipam.addresses");
            }
        }
    }

    private static CniIp configured(Fields fields) {
        Field address = NetFields.require(fields, "address");
        Optional<IfAddr> parsed = ifAddr(address.string());
        if (parsed.isEmpty()) {
            throw invalid(address.path()
                    + ": the 'address' field is expected to be in CIDR notation, got: '"
                    + address.string() + "'");
        }
        return new CniIp(
                parsed.get(),
                NetFields.findIpAddr(fields, "gateway"),
                CniIp.of(parsed.get()).interfaceIndex());
    }

    private static List<CniIp> replacing(List<Field> items) {
        List<CniIp> addresses = new ArrayList<>();
        for (Field item : items) {
            Optional<IfAddr> parsed = ifAddr(item.string());
            if (parsed.isEmpty()) {
                throw invalid(item.path()
                        + ": an entry in the 'ips' field is NOT in CIDR notation, got: '"
                        + item.string() + "'");
            }
            addresses.add(CniIp.of(parsed.get()));
        }
        return addresses;
    }

    private static List<CniIp> withGateways(List<String> ips, List<String> gateways) {
        List<CniIp> addresses = new ArrayList<>();
        for (String text : ips) {
            Optional<IfAddr> parsed = ifAddr(text);
            if (parsed.isEmpty()) {
                throw invalidArgument(
                        "the 'ip' field is expected to be in CIDR notation, got: '" + text + "'");
            }
            addresses.add(CniIp.of(parsed.get()));
        }
        for (String text : gateways) {
            IpAddr gateway = gateway(text);
            addresses.replaceAll(
                    ip -> ip.address().subnet().contains(gateway) ? ip.withGateway(gateway) : ip);
        }
        return addresses;
    }

    private static IpAddr gateway(String text) {
        try {
            return IpAddr.parse(text);
        } catch (IllegalArgumentException _) {
            throw invalidArgument("invalid gateway address: " + text);
        }
    }

    private static Optional<IfAddr> ifAddr(String text) {
        try {
            return Optional.of(IfAddr.parse(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Results before 0.3.0 have room for one address of each family. */
    private static void requireOnePerFamily(CniVersion version, List<CniIp> addresses) {
        long ipv4 = addresses.stream().filter(ip -> ip.address().isIpv4()).count();
        if (!version.isAtLeast(CniVersion.V0_3_0) && (ipv4 > 1 || addresses.size() - ipv4 > 1)) {
            throw invalid(
                    "CNI version " + version + " does not support more than 1 address per family");
        }
    }

    private static CniException invalid(String msg) {
        return new CniException(CniErrorCode.INVALID_NETWORK_CONFIG, msg);
    }

    private static CniException invalidArgument(String msg) {
        return new CniException(CniErrorCode.INVALID_ENVIRONMENT, msg, "it stands in CNI_ARGS");
    }
}
