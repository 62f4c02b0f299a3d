// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Fields;
import dev.culvert.json.JsonObject;

import java.util.List;

/**
 * The result of an ADD in the model of 1.1.0, to which every older version is read and from which
 * every older version is printed.
 *
 * @cni 1.1.0 SPEC "ADD Success"
 */
public record CniResult(
        List<CniInterface> interfaces, List<CniIp> ips, List<CniRoute> routes, CniDns dns) {
    /** The result without anything. */
    public static final CniResult EMPTY =
            new CniResult(List.of(), List.of(), List.of(), CniDns.NONE);

    /** Copies the lists. */
    public CniResult {
        interfaces = List.copyOf(interfaces);
        ips = List.copyOf(ips);
        routes = List.copyOf(routes);
    }

    /**
     * Reads a result for a configuration of this version. A result without version of its own has
     * the configuration's; another version is taken if it has the same shape (0.3.1 for 0.4.0, not
     * for 1.0.0).
     *
     * @throws CniException DECODING_FAILURE for another shape, a wrong type or a wrong address
     */
    public static CniResult decode(Fields fields, CniVersion configVersion) {
        return ResultReader.read(fields, configVersion);
    }

    /**
     * The result in the shape of a version.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if the version has no place for a result without
     *     addresses (0.1.0 and 0.2.0)
     */
    public JsonObject encode(CniVersion version) {
        return ResultWriter.write(this, version);
    }

    /**
     * A result object in another version. Between versions of one shape only {@code cniVersion}
     * changes, and members that we do not know stay.
     *
     * @throws CniException as {@link #decode} and {@link #encode} do
     */
    public static JsonObject convert(Fields fields, CniVersion configVersion, CniVersion wanted) {
        CniVersion own = ResultReader.version(fields, configVersion);
        if (own.shape() != wanted.shape()) {
            return decode(fields, configVersion).encode(wanted);
        }
        JsonObject object = fields.object();
        boolean asWanted = fields.string("cniVersion", "").equals(wanted.text());
        return asWanted ? object : withVersion(object, wanted);
    }

    private static JsonObject withVersion(JsonObject object, CniVersion version) {
        JsonObject.Builder copy = JsonObject.builder().put("cniVersion", version.text());
        JsonObject rest = object.toBuilder().remove("cniVersion").build();
        rest.members().forEach(copy::put);
        return copy.build();
    }

    /** This result with other interfaces. */
    public CniResult withInterfaces(List<CniInterface> others) {
        return new CniResult(others, ips, routes, dns);
    }

    /** This result with other addresses. */
    public CniResult withIps(List<CniIp> others) {
        return new CniResult(interfaces, others, routes, dns);
    }

    /** This result with other routes. */
    public CniResult withRoutes(List<CniRoute> others) {
        return new CniResult(interfaces, ips, others, dns);
    }

    /** This result with other resolver settings. */
    public CniResult withDns(CniDns other) {
        return new CniResult(interfaces, ips, routes, other);
    }
}
