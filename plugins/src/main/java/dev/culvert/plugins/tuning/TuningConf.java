// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.plugins.main.RequestedMac;
import dev.culvert.plugins.main.RequestedMac.Source;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The configuration of the tuning plugin, valid once it exists. {@code docs/plugins/tuning.md} has
 * the table of keys. What stands in {@code args.cni} wins.
 *
 * @param sysctls values by the keys as they are written
 */
record TuningConf(Map<String, String> sysctls, Attributes attributes, String dataDir) {
    private static final int MTU_MAX = 65_535;

    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if a key of sysctl is repeated
     */
    static TuningConf parse(NetConf conf, String cniArgs) {
        Fields fields = conf.fields();
        Fields args = conf.cniArgs();
        Map<String, String> sysctls = new LinkedHashMap<>();
        addSysctls(sysctls, fields);
        addSysctls(sysctls, args);
        return new TuningConf(
                sysctls,
                new Attributes(
                        RequestedMac.of(
                                conf,
                                cniArgs,
                                Source.ARGS,
                                Source.RUNTIME,
                                Source.CNI_ARGS,
                                Source.KEY),
                        // Only true acts.
                        either(args.find("promisc"), fields.find("promisc"))
                                .map(Field::bool)
                                .filter(on -> on),
                        (int) either(args.find("mtu"), fields.find("mtu"))
                                .map(field -> field.integer(0, MTU_MAX))
                                .orElse(0L)
                                .longValue(),
                        either(args.find("allmulti"), fields.find("allmulti")).map(Field::bool),
                        txQueueLength(either(args.find("txQLen"), fields.find("txQLen")))),
                dataDir(conf));
    }

    /** Where backups are, for a call that needs nothing else. */
    static String dataDir(NetConf conf) {
        String folder = conf.fields().string("dataDir", "");
        return folder.isEmpty() ? "/run/cni/tuning" : folder;
    }

    private static Optional<Field> either(Optional<Field> first, Optional<Field> second) {
        return first.isPresent() ? first : second;
    }

    private static OptionalInt txQueueLength(Optional<Field> field) {
        return field.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of((int) field.get().integer(0, Integer.MAX_VALUE));
    }

    private static void addSysctls(Map<String, String> sysctls, Fields fields) {
        Optional<Field> field = fields.find("sysctl");
        if (field.isEmpty()) {
            return;
        }
        Fields object = field.get().object();
        if (object.object().repeats()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    field.get().path() + ": duplicated sysctl keys are not allowed");
        }
        object.object()
                .members()
                .forEach((key, value) ->
                        sysctls.put(key, new Field(object.path(key), value).string()));
    }
}
