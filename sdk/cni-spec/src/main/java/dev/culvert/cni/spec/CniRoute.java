// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Fields.Range;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A route of a result or of an IPAM configuration.
 *
 * @param destination as written, host bits kept; its subnet is what counts
 * @param gateway if none, the address's own
 * @param mtuBytes 0 if absent; since 1.1.0, as all that follow
 * @param advmssBytes 0 if absent
 * @param priority lower wins; 0 if absent
 * @param table the routing table
 * @param scope 0 global, 253 link, 254 host
 * @cni 1.1.0 SPEC "ADD Success", routes
 */
public record CniRoute(
        IfAddr destination,
        Optional<IpAddr> gateway,
        long mtuBytes,
        long advmssBytes,
        long priority,
        OptionalLong table,
        OptionalInt scope) {
    private static final Range SCOPES = new Range(0, 255);

    /** A route to a destination through the gateway of its family. */
    public static CniRoute to(IfAddr destination) {
        return new CniRoute(
                destination, Optional.empty(), 0, 0, 0, OptionalLong.empty(), OptionalInt.empty());
    }

    /** This route through a gateway of its own. */
    public CniRoute via(IpAddr other) {
        return new CniRoute(
                destination, Optional.of(other), mtuBytes, advmssBytes, priority, table, scope);
    }

    /**
     * Reads a route.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if {@code dst} is missing or an address is none
     * @throws dev.culvert.json.JsonException if a member has another type or is out of range
     */
    public static CniRoute decode(Field field) {
        Fields fields = field.object();
        Optional<Field> table = fields.find("table");
        Optional<Field> scope = fields.find("scope");
        return new CniRoute(
                NetFields.ifAddr(NetFields.require(fields, "dst")),
                NetFields.findIpAddr(fields, "gw"),
                fields.integer("mtu", 0, Range.U32),
                fields.integer("advmss", 0, Range.U32),
                fields.integer("priority", 0, Range.U32),
                table.isPresent()
                        ? OptionalLong.of(table.get().integer(0, Range.U32.max()))
                        : OptionalLong.empty(),
                scope.isPresent()
                        ? OptionalInt.of((int) scope.get().integer(SCOPES.min(), SCOPES.max()))
                        : OptionalInt.empty());
    }
}
