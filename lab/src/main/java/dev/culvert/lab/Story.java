// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.json.Field;
import dev.culvert.json.Json;
import dev.culvert.json.JsonException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The demo from top to bottom. */
final class Story {
    private static final Conflist WEB = Conflist.load("10-web.conflist");
    private static final Conflist PTP = Conflist.load("20-ptp.conflist");

    private final Options options;
    private final String machineNetns;
    private final Report report;
    private final TinyRuntime runtime;

    Story(Options options, String machineNetns, Report report) {
        this.options = options;
        this.machineNetns = machineNetns;
        this.report = report;
        runtime = new TinyRuntime(options.bin(), report);
    }

    /** Tells it; afterwards the report knows whether all went well. */
    void tell() {
        report.section("Culvert: three containers, two networks, a host and an outside");
        introduce();
        Lab lab = Lab.create();
        List<Attachment> attachments = List.of(
                new Attachment(lab.client(), WEB),
                new Attachment(lab.server(), WEB),
                new Attachment(lab.edge(), PTP));
        Leftovers leftovers = new Leftovers(lab, report);

        report.section("ADD: a plugin is a process; this is what it does, and how long it takes");
        Map<Netns, CniAnswer> attached = new LinkedHashMap<>();
        for (Attachment attachment : attachments) {
            runtime.add(attachment).ifPresent(answer -> {
                attached.put(attachment.container(), answer);
                leftovers.watch(attachment, answer);
            });
        }
        if (attached.size() == attachments.size()) {
            show(lab, attachments, attached, leftovers);
        }
        report.section("DEL: everything is detached");
        attachments.forEach(runtime::del);
        report.section("nothing is left");
        leftovers.check(attachments, options.bin());
        String netns = Isolation.netns();
        report.check(
                "the machine was not touched",
                !netns.equals(machineNetns),
                "this was " + netns + ", the machine is " + machineNetns);
        report.accept(new Event.Hints(NextSteps.of(options.bin())));
        report.end();
    }

    private void introduce() {
        report.note("plugins: " + options.bin());
        for (String plugin : Needs.PLUGINS) {
            Ran ran = runtime.version(plugin);
            String versions = newestVersion(ran.output());
            report.check(
                    plugin + " answers",
                    ran.code() == 0 && !versions.isEmpty(),
                    versions.isEmpty() ? (ran.output() + ran.error()).strip() : versions);
        }
        report.section("the configurations, as people write them");
        for (Conflist list : List.of(WEB, PTP)) {
            report.accept(new Event.Config(list.file(), list.text()));
        }
    }

    private static String newestVersion(String printed) {
        try {
            List<String> versions =
                    new Field("", Json.parse(printed)).object().strings("supportedVersions");
            return versions.isEmpty()
                    ? ""
                    : "CNI " + versions.getFirst() + " to " + versions.getLast();
        } catch (JsonException e) {
            return "";
        }
    }

    private void show(
            Lab lab,
            List<Attachment> attachments,
            Map<Netns, CniAnswer> attached,
            Leftovers leftovers) {
        report.section("what there is now");
        report.accept(new Event.Drawn(topology(lab, attachments, attached)));
        report.section("real packets, IPv4 and IPv6");
        new Traffic(lab, attached, report).send();
        if (options.shell()) {
            openShell();
            leftovers.admitOthers();
        }
        report.section("CHECK: the plugins compare the kernel with what ADD answered");
        attachments.forEach(runtime::check);
    }

    private static Topology topology(
            Lab lab, List<Attachment> attachments, Map<Netns, CniAnswer> attached) {
        List<Topology.Leg> legs = new ArrayList<>();
        Optional<Topology.Bridge> bridge = Optional.empty();
        for (Attachment attachment : attachments) {
            CniAnswer answer = attached.get(attachment.container());
            String hostLink = "";
            for (String link : answer.hostLinks()) {
                if (Leftovers.isBridge(attachment, link)) {
                    bridge = Optional.of(new Topology.Bridge(link, answer.gateways()));
                } else {
                    hostLink = link;
                }
            }
            legs.add(new Topology.Leg(
                    attachment.container().name(),
                    Attachment.IFNAME,
                    answer.addresses(),
                    hostLink,
                    answer.gateways()));
        }
        return new Topology(
                bridge.orElseThrow(() -> new IllegalStateException("no bridge in the results")),
                legs.subList(0, legs.size() - 1),
                legs.getLast(),
                lab.uplink());
    }

    /** Standard input is the rope to whoever started us, so the shell gets the terminal itself. */
    private void openShell() {
        report.note("a shell on the host; try: ip addr, nft list ruleset, ip -n client route, ls"
                + " /var/lib/cni/networks,\n"
                + "  ip netns add try && cnitool add web /run/netns/try; exit goes on");
        String shell = System.getenv().getOrDefault("SHELL", "/bin/sh");
        File terminal = Path.of("/dev/tty").toFile();
        try {
            ProcessBuilder builder = new ProcessBuilder(shell)
                    .redirectInput(terminal)
                    .redirectOutput(terminal)
                    .redirectError(terminal);
            builder.environment()
                    .putAll(Map.of(
                            "CNI_PATH", options.bin().toString(), "NETCONFPATH", writeConfigs()));
            builder.start().waitFor();
        } catch (IOException e) {
            report.check("a shell starts", false, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A folder with the configurations, private like everything in /run. */
    private static String writeConfigs() throws IOException {
        Path folder = Files.createDirectories(Path.of("/run/net.d"));
        for (Conflist list : List.of(WEB, PTP)) {
            Files.writeString(folder.resolve(list.file()), list.text());
        }
        return folder.toString();
    }
}
