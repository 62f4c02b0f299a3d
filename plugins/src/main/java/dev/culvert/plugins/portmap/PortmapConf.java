// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.portmap;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.host.nft.MappedSources;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of the portmap plugin, valid once it exists. {@code docs/plugins/portmap.md}
 * has the table of keys.
 */
record PortmapConf(MappedSources sources, List<RequestedPort> ports) {
    private static final int MARK_BIT_MAX = 31;

    /** Copies the list. */
    PortmapConf {
        ports = List.copyOf(ports);
    }

    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG with every problem
     */
    static PortmapConf parse(NetConf conf) {
        Fields fields = conf.fields();
        List<String> problems = new ArrayList<>();
        backend(fields, problems);
        marks(fields, problems);
        Map<RequestedPort.Key, RequestedPort> ports = new LinkedHashMap<>();
        for (Field field : conf.runtimeConfig().list("portMappings")) {
            RequestedPort.parse(field, problems).ifPresent(port -> add(port, ports, problems));
        }
        if (!problems.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, String.join("; ", problems));
        }
        boolean all = fields.bool("masqAll", false);
        boolean own = fields.bool("snat", true);
        return new PortmapConf(
                !own ? MappedSources.NONE : all ? MappedSources.ALL : MappedSources.OWN,
                List.copyOf(ports.values()));
    }

    /** The same mapping may come twice; the same port may not lead to two. */
    private static void add(
            RequestedPort port,
            Map<RequestedPort.Key, RequestedPort> ports,
            List<String> problems) {
        RequestedPort other = ports.putIfAbsent(port.key(), port);
        if (other != null && other.containerPort() != port.containerPort()) {
            problems.add(port.path() + ": host port " + port.key().hostPort()
                    + " leads to container port " + other.containerPort() + " already");
        }
    }

    private static void backend(Fields fields, List<String> problems) {
        String backend = fields.string("backend", "");
        switch (backend) {
            case "", "nftables" -> {}
            case "iptables" ->
                problems.add("backend: the iptables backend is not there yet; use nftables");
            default -> problems.add("backend: unrecognized backend \"" + backend + "\"");
        }
        conditions(fields.path("conditionsV4"), fields.strings("conditionsV4"), problems);
        conditions(fields.path("conditionsV6"), fields.strings("conditionsV6"), problems);
    }

    /** A port that leads to a container for some clients only must not do so for all. */
    private static void conditions(String path, List<String> tokens, List<String> problems) {
        if (!tokens.isEmpty()) {
            String first = tokens.get(0);
            problems.add(
                    first.startsWith("-") || first.startsWith("!")
                            ? path + ": the syntax is that of iptables, and the iptables backend is"
                                    + " not there yet"
                            : path + ": conditions are not there yet");
        }
    }

    /** Marks are how iptables tells what to masquerade; the bit has no meaning here. */
    private static void marks(Fields fields, List<String> problems) {
        String chain = fields.string("externalSetMarkChain", "");
        Optional<Field> bit = fields.find("markMasqBit");
        if (bit.isPresent()) {
            long value = bit.get().integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
            if (value < 0 || value > MARK_BIT_MAX) {
                problems.add("markMasqBit: MasqMarkBit must be between 0 and 31");
            }
        }
        if (!chain.isEmpty()) {
            problems.add(
                    bit.isPresent()
                            ? "externalSetMarkChain: cannot be given with markMasqBit"
                            : "externalSetMarkChain: a chain of iptables, and the iptables backend"
                                    + " is not there yet");
        }
    }
}
