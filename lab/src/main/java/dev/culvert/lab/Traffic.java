// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Real packets between everybody, over both families; each is a check. */
final class Traffic {
    private final Lab lab;
    private final Map<Netns, CniAnswer> attached;
    private final Report report;

    /** The answer of ADD is known for each container. */
    Traffic(Lab lab, Map<Netns, CniAnswer> attached, Report report) {
        this.lab = lab;
        this.attached = Map.copyOf(attached);
        this.report = report;
    }

    /** Sends it all. */
    void send() {
        try (WhoServer server = WhoServer.open(lab.server());
                WhoServer outside = WhoServer.open(lab.outside())) {
            warmUp(server);
            for (boolean ipv4 : List.of(true, false)) {
                between(server, ipv4);
            }
            for (boolean ipv4 : List.of(true, false)) {
                toOutside(outside, ipv4);
            }
        } catch (IOException e) {
            report.check("servers listen", false, reason(e));
        }
    }

    /** The first exchange of a JVM loads classes; the figures should be the network's. */
    private static void warmUp(WhoServer server) throws IOException {
        for (int i = 0; i < 5; i++) {
            server.ask(server.netns(), "127.0.0.1");
            server.ask(server.netns(), "::1");
        }
    }

    private void between(WhoServer server, boolean ipv4) {
        IpAddr client = address(lab.client(), ipv4);
        IpAddr address = address(lab.server(), ipv4);
        ping(lab.client(), lab.server(), address);
        ask(lab.client(), server, address, List.of(client));
        // What leaves its network carries the host's address, on whatever side the host sends it
        // out.
        ask(
                lab.edge(),
                server,
                address,
                List.of(gateway(lab.server(), ipv4), address(lab.edge(), ipv4)));
    }

    private void toOutside(WhoServer outside, boolean ipv4) {
        IpAddr address = lab.outsideAddress(ipv4);
        for (Netns container : List.of(lab.client(), lab.edge())) {
            ask(container, outside, address, List.of(lab.hostAddress(ipv4)));
        }
        IpAddr client = address(lab.client(), ipv4);
        Ran route = lab.outside().ip(ipv4 ? "-4" : "-6", "route", "get", client.toString());
        boolean unreachable = route.code() != 0;
        report.check(
                "outside has no route to " + client,
                unreachable,
                unreachable
                        ? "so only masquerading lets it answer"
                        : route.output().strip());
    }

    private void ping(Netns from, Netns to, IpAddr address) {
        Ran ran = from.run("ping", "-n", "-c", "1", "-W", "2", address.toString());
        String rtt = ran.output().replaceFirst("(?s).*time=([0-9.]+ ms).*", "$1");
        report.check(
                "ping " + from.name() + " -> " + to.name() + " " + address,
                ran.code() == 0,
                ran.code() == 0 ? rtt : (ran.output() + ran.error()).strip());
    }

    /** A TCP exchange, in which the server has to see one of these addresses. */
    private void ask(Netns from, WhoServer to, IpAddr address, List<IpAddr> expected) {
        String claim = "tcp  "
                + from.name()
                + " -> "
                + to.netns().name()
                + " "
                + (address.isIpv4() ? address : "[" + address + "]")
                + ":"
                + WhoServer.PORT;
        try {
            WhoServer.Answer answer = to.ask(from, address.toString());
            IpAddr seen = IpAddr.parse(answer.seenAddress().replaceFirst("%.*", ""));
            boolean isExpected = expected.contains(seen);
            report.check(
                    claim,
                    isExpected,
                    TextReport.millis(answer.micros())
                            + "; "
                            + to.netns().name()
                            + " saw "
                            + seen
                            + (isExpected ? whose(seen) : ", expected " + expected.getFirst()));
        } catch (IOException e) {
            report.check(claim, false, reason(e));
        }
    }

    private String whose(IpAddr address) {
        boolean host = address.equals(lab.hostAddress(address.isIpv4()))
                || attached.values().stream()
                        .flatMap(answer -> answer.gateways().stream())
                        .map(IfAddr::address)
                        .anyMatch(address::equals);
        return host ? ", the host" : "";
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private IpAddr address(Netns container, boolean ipv4) {
        return Lab.of(attached.get(container).addresses(), ipv4);
    }

    private IpAddr gateway(Netns container, boolean ipv4) {
        return Lab.of(attached.get(container).gateways(), ipv4);
    }
}
