// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Results to JSON in each of the three shapes, with the order of names and the omissions that
 * callers of the reference plugins see.
 *
 * <p>What 1.1.0 added to interfaces is left out of older results. What it added to routes is there
 * from 0.3.0 on, as the reference has it: the result of an IPAM program is the only way by which
 * the table or the priority of a route comes to the plugin that makes the route.
 */
final class ResultWriter {
    private ResultWriter() {}

    static JsonObject write(CniResult result, CniVersion version) {
        return switch (version.shape()) {
            case FAMILIES -> families(result, version);
            case VERSIONED -> versioned(result, version);
            case SORTED -> sorted(result, version);
        };
    }

    private static JsonObject sorted(CniResult result, CniVersion version) {
        JsonObject.Builder out = JsonObject.builder().put("cniVersion", version.text());
        if (!result.dns().isEmpty()) {
            CniDns dns = result.dns();
            JsonObject.Builder object = JsonObject.builder();
            text(object, "domain", dns.domain());
            texts(object, "nameservers", dns.nameservers());
            texts(object, "options", dns.options());
            texts(object, "search", dns.search());
            out.put("dns", object.build());
        }
        list(out, "interfaces", result.interfaces(), link -> sortedInterface(link, version));
        list(out, "ips", result.ips(), ip -> {
            JsonObject.Builder object =
                    JsonObject.builder().put("address", ip.address().toString());
            ip.gateway().ifPresent(gateway -> object.put("gateway", gateway.toString()));
            ip.interfaceIndex().ifPresent(index -> object.put("interface", index));
            return object.build();
        });
        list(out, "routes", result.routes(), ResultWriter::sortedRoute);
        return out.build();
    }

    private static JsonObject sortedInterface(CniInterface link, CniVersion version) {
        boolean newest = version.isAtLeast(CniVersion.V1_1_0);
        JsonObject.Builder object = JsonObject.builder();
        text(object, "mac", link.mac());
        number(object, "mtu", newest ? link.mtuBytes() : 0);
        object.put("name", link.name());
        text(object, "pciID", newest ? link.pciId() : "");
        text(object, "sandbox", link.sandbox());
        text(object, "socketPath", newest ? link.socketPath() : "");
        return object.build();
    }

    private static JsonObject sortedRoute(CniRoute route) {
        JsonObject.Builder object = JsonObject.builder();
        number(object, "advmss", route.advmssBytes());
        object.put("dst", route.destination().toString());
        route.gateway().ifPresent(gateway -> object.put("gw", gateway.toString()));
        number(object, "mtu", route.mtuBytes());
        number(object, "priority", route.priority());
        route.scope().ifPresent(scope -> object.put("scope", scope));
        route.table().ifPresent(table -> object.put("table", table));
        return object.build();
    }

    private static JsonObject versioned(CniResult result, CniVersion version) {
        JsonObject.Builder out = JsonObject.builder().put("cniVersion", version.text());
        list(out, "interfaces", result.interfaces(), link -> {
            JsonObject.Builder object = JsonObject.builder().put("name", link.name());
            text(object, "mac", link.mac());
            text(object, "sandbox", link.sandbox());
            return object.build();
        });
        list(out, "ips", result.ips(), ip -> {
            JsonObject.Builder object =
                    JsonObject.builder().put("version", ip.address().isIpv4() ? "4" : "6");
            ip.interfaceIndex().ifPresent(index -> object.put("interface", index));
            object.put("address", ip.address().toString());
            ip.gateway().ifPresent(gateway -> object.put("gateway", gateway.toString()));
            return object.build();
        });
        list(out, "routes", result.routes(), ResultWriter::declaredRoute);
        return out.put("dns", declaredDns(result.dns())).build();
    }

    private static JsonObject declaredRoute(CniRoute route) {
        JsonObject.Builder object =
                JsonObject.builder().put("dst", route.destination().toString());
        route.gateway().ifPresent(gateway -> object.put("gw", gateway.toString()));
        number(object, "mtu", route.mtuBytes());
        number(object, "advmss", route.advmssBytes());
        number(object, "priority", route.priority());
        route.table().ifPresent(table -> object.put("table", table));
        route.scope().ifPresent(scope -> object.put("scope", scope));
        return object.build();
    }

    private static JsonObject declaredDns(CniDns dns) {
        JsonObject.Builder object = JsonObject.builder();
        texts(object, "nameservers", dns.nameservers());
        text(object, "domain", dns.domain());
        texts(object, "search", dns.search());
        texts(object, "options", dns.options());
        return object.build();
    }

    private static JsonObject families(CniResult result, CniVersion version) {
        JsonObject.Builder out = JsonObject.builder().put("cniVersion", version.text());
        boolean any = family(out, "ip4", result, true) | family(out, "ip6", result, false);
        if (!any) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    "cannot convert: no valid IP addresses",
                    "results of CNI " + version + " hold addresses only, and this one has none; "
                            + "use cniVersion 0.3.0 or later");
        }
        return out.put("dns", declaredDns(result.dns())).build();
    }

    /** The first address of the family and its routes; answers whether there is one. */
    private static boolean family(
            JsonObject.Builder out, String name, CniResult result, boolean ipv4) {
        for (CniIp ip : result.ips()) {
            if (ip.address().isIpv4() == ipv4) {
                JsonObject.Builder block =
                        JsonObject.builder().put("ip", ip.address().toString());
                ip.gateway().ifPresent(gateway -> block.put("gateway", gateway.toString()));
                List<CniRoute> routes = new ArrayList<>();
                for (CniRoute route : result.routes()) {
                    if (route.destination().isIpv4() == ipv4) {
                        routes.add(route);
                    }
                }
                list(block, "routes", routes, route -> {
                    JsonObject.Builder object =
                            JsonObject.builder().put("dst", route.destination().toString());
                    route.gateway().ifPresent(gateway -> object.put("gw", gateway.toString()));
                    return object.build();
                });
                out.put(name, block.build());
                return true;
            }
        }
        return false;
    }

    private static <T> void list(
            JsonObject.Builder out, String name, List<T> items, Function<T, JsonObject> encode) {
        if (!items.isEmpty()) {
            List<Json> objects = new ArrayList<>(items.size());
            for (T item : items) {
                objects.add(encode.apply(item));
            }
            out.put(name, new JsonArray(objects));
        }
    }

    private static void text(JsonObject.Builder out, String name, String value) {
        if (!value.isEmpty()) {
            out.put(name, value);
        }
    }

    private static void texts(JsonObject.Builder out, String name, List<String> values) {
        if (!values.isEmpty()) {
            out.put(name, JsonArray.ofStrings(values));
        }
    }

    private static void number(JsonObject.Builder out, String name, long value) {
        if (value != 0) {
            out.put(name, value);
        }
    }
}
