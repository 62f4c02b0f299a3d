// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Mac;
import dev.culvert.net.Subnet;

import java.util.Optional;

/**
 * Addresses out of a configuration. A string that is no address throws a {@link CniException}
 * INVALID_NETWORK_CONFIG that begins with its path.
 */
public final class NetFields {
    private NetFields() {}

    /** An address with prefix length, host bits kept. */
    public static IfAddr ifAddr(Field field) {
        String text = field.string();
        try {
            return IfAddr.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(field, e);
        }
    }

    /** A network, host bits zero. */
    public static Subnet subnet(Field field) {
        String text = field.string();
        try {
            return Subnet.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(field, e);
        }
    }

    /** An address. */
    public static IpAddr ipAddr(Field field) {
        String text = field.string();
        try {
            return IpAddr.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(field, e);
        }
    }

    /** A hardware address. */
    public static Mac mac(Field field) {
        String text = field.string();
        try {
            return Mac.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(field, e);
        }
    }

    /**
     * A member that is a path, or the default; a path with a NUL would be another one for the
     * kernel.
     */
    public static String path(Fields fields, String name, String absent) {
        String path = fields.string(name, absent);
        if (path.indexOf('\0') >= 0) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    fields.path(name) + ": a path without NUL is wanted");
        }
        return path;
    }

    /** A member that is an address, if it is there and not the empty string. */
    public static Optional<IpAddr> findIpAddr(Fields fields, String name) {
        Optional<Field> field = fields.find(name);
        return field.isEmpty() || field.get().string().isEmpty()
                ? Optional.empty()
                : Optional.of(ipAddr(field.get()));
    }

    /** A member that must be there. */
    public static Field require(Fields fields, String name) {
        Optional<Field> field = fields.find(name);
        if (field.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, fields.path(name) + ": missing");
        }
        return field.get();
    }

    private static CniException invalid(Field field, IllegalArgumentException e) {
        return new CniException(
                CniErrorCode.INVALID_NETWORK_CONFIG, field.path() + ": " + e.getMessage());
    }
}
