// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.portmap;

import dev.culvert.cni.spec.NetFields;
import dev.culvert.host.nft.PortMapping;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.net.IpAddr;

import java.util.List;
import java.util.Optional;

/**
 * An entry of {@code runtimeConfig.portMappings}, for whichever addresses the container has.
 *
 * @param path where it stands
 */
record RequestedPort(String path, Key key, int containerPort) {
    /**
     * The port on this host.
     *
     * @param hostAddress empty for every address of this host, of both families
     */
    record Key(Optional<IpAddr> hostAddress, int protocol, int hostPort) {}

    private static final int PORT_MAX = 65_535;
    private static final IpAddr ANY_IPV4 = IpAddr.parse("0.0.0.0");
    private static final IpAddr ANY_IPV6 = IpAddr.parse("::");

    /** Reads an entry; what is well-formed but impossible is added to the problems. */
    static Optional<RequestedPort> parse(Field field, List<String> problems) {
        Fields fields = field.object();
        int before = problems.size();
        int hostPort = port(fields.path("hostPort"), fields.find("hostPort"), "host", problems);
        int containerPort = port(
                fields.path("containerPort"), fields.find("containerPort"), "container", problems);
        int protocol = protocol(fields, problems);
        Optional<IpAddr> hostAddress = fields.string("hostIP", "").isEmpty()
                ? Optional.empty()
                : NetFields.findIpAddr(fields, "hostIP");
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new RequestedPort(
                        field.path(), new Key(hostAddress, protocol, hostPort), containerPort));
    }

    private static int port(
            String path, Optional<Field> field, String whose, List<String> problems) {
        long port = field.isEmpty() ? 0 : field.get().integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (port < 1 || port > PORT_MAX) {
            problems.add(path + ": Invalid " + whose + " port number: " + port);
        }
        return (int) port;
    }

    private static int protocol(Fields fields, List<String> problems) {
        String name = fields.string("protocol", "");
        return switch (name) {
            case "", "tcp", "TCP" -> PortMapping.TCP;
            case "udp", "UDP" -> PortMapping.UDP;
            case "sctp", "SCTP" -> PortMapping.SCTP;
            default -> {
                problems.add(fields.path("protocol") + ": \"" + name
                        + "\" is none of tcp, udp and sctp");
                yield 0;
            }
        };
    }

    /** The mapping to a container's address; empty if this host's address is of another family. */
    Optional<PortMapping> to(IpAddr container) {
        IpAddr host = key.hostAddress.orElse(container.isIpv4() ? ANY_IPV4 : ANY_IPV6);
        return host.isIpv4() == container.isIpv4()
                ? Optional.of(
                        new PortMapping(host, key.protocol, key.hostPort, container, containerPort))
                : Optional.empty();
    }
}
