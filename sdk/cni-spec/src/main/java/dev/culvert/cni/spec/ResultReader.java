// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Fields.Range;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonString;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** JSON to results, from each of the three shapes. */
final class ResultReader {
    private ResultReader() {}

    static CniResult read(Fields fields, CniVersion configVersion) {
        try {
            CniVersion version = version(fields, configVersion);
            return version.shape() == CniVersion.ResultShape.FAMILIES
                    ? families(fields)
                    : lists(fields);
        } catch (JsonException e) {
            throw new CniException(CniErrorCode.DECODING_FAILURE, "read result: " + e.getMessage());
        } catch (CniException e) {
            // Wrong addresses are the configuration's fault elsewhere; here somebody printed them.
            throw new CniException(
                    CniErrorCode.DECODING_FAILURE, "read result: " + e.msg(), e.details());
        }
    }

    /** The result's own version, which must have the shape that the configuration's version has. */
    static CniVersion version(Fields fields, CniVersion configVersion) {
        Optional<Field> field = fields.find("cniVersion");
        if (field.isEmpty()
                || !(field.get().json() instanceof JsonString text)
                || text.value().isEmpty()) {
            return configVersion;
        }
        Optional<CniVersion> own = CniVersion.find(text.value());
        if (own.isEmpty() || own.get().shape() != configVersion.shape()) {
            throw new CniException(
                    CniErrorCode.DECODING_FAILURE,
                    field.get().path() + ": result version \"" + text.value()
                            + "\" does not fit configuration version \"" + configVersion.text()
                            + "\"",
                    "supported are " + sameShape(configVersion));
        }
        return own.get();
    }

    private static String sameShape(CniVersion version) {
        List<String> texts = new ArrayList<>();
        for (CniVersion other : CniVersion.values()) {
            if (other.shape() == version.shape()) {
                texts.add(other.text());
            }
        }
        return String.join(", ", texts);
    }

    private static CniResult families(Fields fields) {
        List<CniIp> ips = new ArrayList<>();
        List<CniRoute> routes = new ArrayList<>();
        for (String family : List.of("ip4", "ip6")) {
            if (fields.has(family)) {
                Fields block = fields.object(family);
                CniIp ip = CniIp.of(NetFields.ifAddr(NetFields.require(block, "ip")));
                ips.add(gateway(ip, block));
                routes.addAll(routes(block));
            }
        }
        return new CniResult(List.of(), ips, routes, CniDns.decode(fields.object("dns")));
    }

    private static CniResult lists(Fields fields) {
        List<CniInterface> interfaces = new ArrayList<>();
        for (Field item : fields.list("interfaces")) {
            interfaces.add(link(item.object()));
        }
        List<CniIp> ips = new ArrayList<>();
        for (Field item : fields.list("ips")) {
            ips.add(ip(item.object()));
        }
        return new CniResult(interfaces, ips, routes(fields), CniDns.decode(fields.object("dns")));
    }

    private static CniInterface link(Fields fields) {
        return new CniInterface(
                fields.string("name", ""),
                fields.string("mac", ""),
                fields.integer("mtu", 0, Range.U32),
                fields.string("sandbox", ""),
                fields.string("socketPath", ""),
                fields.string("pciID", ""));
    }

    private static CniIp ip(Fields fields) {
        CniIp ip = CniIp.of(NetFields.ifAddr(NetFields.require(fields, "address")));
        Optional<Field> index = fields.find("interface");
        OptionalInt place = index.isPresent()
                ? OptionalInt.of((int) index.get().integer(-1, Integer.MAX_VALUE))
                : OptionalInt.empty();
        return gateway(new CniIp(ip.address(), ip.gateway(), place), fields);
    }

    private static CniIp gateway(CniIp ip, Fields fields) {
        return new CniIp(
                ip.address(), NetFields.findIpAddr(fields, "gateway"), ip.interfaceIndex());
    }

    private static List<CniRoute> routes(Fields fields) {
        List<CniRoute> routes = new ArrayList<>();
        for (Field item : fields.list("routes")) {
            routes.add(CniRoute.decode(item));
        }
        return routes;
    }
}
