// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.spec.CniArgs;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.cni.spec.NetFields;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.net.Mac;

import java.util.List;
import java.util.Optional;

/** The hardware address that a configuration, its runtime or its caller asks for. */
public final class RequestedMac {
    /** What may stand in CNI_ARGS: the hardware address here, the others for IPAM. */
    private static final List<String> ARGS = List.of("MAC", "IP", "GATEWAY");

    private RequestedMac() {}

    /** Where it may stand. */
    public enum Source {
        /** {@code mac} in the configuration. */
        KEY,
        /** {@code args.cni.mac}. */
        ARGS,
        /** {@code runtimeConfig.mac}. */
        RUNTIME,
        /** {@code MAC} in CNI_ARGS. */
        CNI_ARGS
    }

    /**
     * The first that is there, in the order of the sources.
     *
     * @throws CniException INVALID_NETWORK_CONFIG or INVALID_ENVIRONMENT if it is no address of one
     *     interface
     */
    public static Optional<Mac> of(NetConf conf, String cniArgs, Source... sources) {
        Optional<String> argument =
                CniArgs.parse(cniArgs, ARGS).find("MAC").filter(text -> !text.isEmpty());
        for (Source source : sources) {
            Optional<Mac> found = switch (source) {
                case KEY -> field(conf.fields());
                case ARGS -> field(conf.cniArgs());
                case RUNTIME -> field(conf.runtimeConfig());
                case CNI_ARGS -> argument.map(RequestedMac::parse);
            };
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Mac> field(Fields fields) {
        Optional<Field> field =
                fields.find("mac").filter(found -> !found.string().isEmpty());
        return field.map(found -> unicast(found.path(), NetFields.mac(found)));
    }

    private static Mac parse(String text) {
        try {
            return unicast("CNI_ARGS MAC", Mac.parse(text));
        } catch (IllegalArgumentException e) {
            throw new CniException(
                    CniErrorCode.INVALID_ENVIRONMENT, "CNI_ARGS MAC: " + e.getMessage());
        }
    }

    private static Mac unicast(String path, Mac mac) {
        if (!mac.isUnicast()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    path + ": " + mac + " is not the address of one interface");
        }
        return mac;
    }
}
