// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace that plays one peer's host in one scenario, with its containers, leases and
 * config. The variants of a peer share it; different peers never do, or one would pay for the
 * other's links and rules.
 */
final class Host {
    private static final int PING_MILLIS = 2_000;
    private static final int CROWD_CHUNK = 50;
    private static final int CROWD_WIDTH = 4;

    private final Rig rig;
    private final Network network;
    private final String name;
    private final Path netns;
    private final Leases leases;
    private final Path config;
    private final List<Crowd> crowds = new ArrayList<>();
    private int containers;

    /** Namespaces made in one go; the path has {@code {}} for their number. */
    private record Crowd(int size, Path path) {}

    private Host(Rig rig, Network network, String name) {
        this.rig = rig;
        this.network = network;
        this.name = name;
        netns = rig.work().resolve("netns").resolve(name);
        leases = Leases.make(rig.work().resolve("leases").resolve(name), Network.NAME);
        config = rig.write(
                "config/" + name + ".json", network.config(Network.VERSION, leases.dataDir()));
    }

    /**
     * Makes the namespaces.
     *
     * @param name unique among the hosts that exist
     * @param containers how many containers it has
     */
    static Host make(Rig rig, Network network, String name, int containers) {
        Host host = new Host(rig, network, name);
        rig.write("netns/.here", "");
        rig.launcher().makeHost(host.netns);
        rig.launcher().makeNetns(containers, host.container("{}"));
        host.makeLinks(network.links());
        host.containers = containers;
        return host;
    }

    private void makeLinks(String batch) {
        if (batch.isEmpty()) {
            return;
        }
        Path file = rig.write("config/" + name + ".links", batch);
        try {
            Process process = new ProcessBuilder(
                            "nsenter", "--net=" + netns, "ip", "-batch", file.toString())
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("ip -batch " + file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    Leases leases() {
        return leases;
    }

    /** The attachment of container {@code number}, which may be {@code {}}. */
    Attachment attachment(String containerId, String number) {
        return new Attachment(containerId, container(number), network.ifname());
    }

    Job job(Variant variant, String verb, Attachment attachment) {
        return rig.job(variant, network.program(), config, verb, attachment);
    }

    /** CHECK of what ADD answered. */
    Job checkJob(Variant variant, Attachment attachment, String result) {
        String text =
                with(Network.VERSION, "\"prevResult\": " + (result.isBlank() ? "{}" : result));
        return rig.job(
                variant,
                network.program(),
                rig.write("config/" + name + "-check.json", text),
                "CHECK",
                attachment);
    }

    Job statusJob(Variant variant) {
        String text = network.config(Network.NEWEST_VERSION, leases.dataDir());
        return rig.job(
                variant,
                network.program(),
                rig.write("config/" + name + "-status.json", text),
                "STATUS");
    }

    /** GC that keeps the one attachment. */
    Job gcJob(Variant variant, Attachment valid) {
        String text =
                with(Network.NEWEST_VERSION, """
                "cni.dev/valid-attachments": [{"containerID": "%s", "ifname": "%s"}]""".formatted(valid.containerId(), valid.ifname()));
        return rig.job(
                variant, network.program(), rig.write("config/" + name + "-gc.json", text), "GC");
    }

    /** The config with one more key. */
    private String with(String version, String key) {
        String text = network.config(version, leases.dataDir());
        return text.substring(0, text.lastIndexOf('}')) + ", " + key + "}";
    }

    /** Commands to the launcher from now on happen on this host. */
    Launcher enter() {
        rig.launcher().enter(netns);
        return rig.launcher();
    }

    /**
     * One call.
     *
     * @throws BrokenVariantException unless it succeeds and leaves no process behind for long
     */
    Call run(Variant variant, String verb, Attachment attachment) {
        Launcher.Timed timed = enter().call(job(variant, verb, attachment));
        Checks.demandGood(verb, timed.call());
        Checks.demandGone(verb, timed.isLeft());
        return timed.call();
    }

    /**
     * Attaches that many further containers and leaves them attached.
     *
     * @throws BrokenVariantException when one of them cannot be attached
     */
    void crowd(Variant variant, int count) {
        for (int done = 0; done < count; done += CROWD_CHUNK) {
            int size = Math.min(CROWD_CHUNK, count - done);
            Path path = netns.resolveSibling(name + "-crowd" + done + "-{}");
            rig.launcher().makeNetns(size, path);
            crowds.add(new Crowd(size, path));
            Attachment attachment = new Attachment("crowd" + done + "-{}", path, network.ifname());
            Launcher.Burst burst = enter().many(job(variant, "ADD", attachment), size, CROWD_WIDTH);
            burst.calls().forEach(call -> Checks.demandGood("ADD", call));
            rig.progress().say(name + ": " + (done + size) + " of " + count + " attached");
        }
    }

    /**
     * Makes that many further networks with a container in each, and may remove them again.
     *
     * @throws BrokenVariantException when one of them cannot be attached or detached
     */
    void networks(Variant variant, int count, boolean remove) {
        String file = "config/" + name + "-net";
        for (int i = 0; i < count; i++) {
            rig.write(
                    file + i + ".json",
                    Network.numbered(i).config(Network.VERSION, leases.dataDir()));
        }
        Path path = netns.resolveSibling(name + "-net-{}");
        rig.launcher().makeNetns(count, path);
        crowds.add(new Crowd(count, path));
        Attachment attachment = new Attachment("net-{}", path, network.ifname());
        Path config = rig.work().resolve(file + "{}.json");
        for (String verb : remove ? List.of("ADD", "DEL") : List.of("ADD")) {
            Job job = rig.job(variant, network.program(), config, verb, attachment);
            Launcher.Burst burst = enter().many(job, count, CROWD_WIDTH);
            burst.calls().forEach(call -> Checks.demandGood(verb, call));
            rig.progress().say(name + ": " + verb + " of " + count + " networks");
        }
    }

    /**
     * Attaches and detaches once and looks at what happened, so that a plugin which does nothing,
     * or not what it says, is never measured.
     *
     * @throws BrokenVariantException saying what is wrong
     */
    void verify(Variant variant) {
        Attachment attachment = attachment("verify-" + variant.label(), "0");
        List<String> before = rig.launcher().links(netns);
        Call add = run(variant, "ADD", attachment);
        List<String> addresses = CniResult.addresses(add.out());
        Checks.demand(!addresses.isEmpty(), "ADD: the result has no address");
        network.witness()
                .flatMap(w -> rig.launcher().ping(attachment.netns(), w, PING_MILLIS))
                .ifPresent(trouble -> {
                    throw new BrokenVariantException("ADD: " + trouble);
                });
        Checks.demand(
                !network.hasLeases() || leases.has(addresses.getFirst()),
                "ADD: " + addresses.getFirst() + " is not reserved");

        run(variant, "DEL", attachment);
        Checks.demand(
                !network.makesLink()
                        || !rig.launcher().links(attachment.netns()).contains(network.ifname()),
                "DEL: " + network.ifname() + " is still there");
        List<String> left = new ArrayList<>(rig.launcher().links(netns));
        left.removeAll(before);
        left.removeIf(link -> link.startsWith(Network.BRIDGE));
        Checks.demand(left.isEmpty(), "DEL: links are left on the host: " + left);
        Checks.demand(
                !network.hasLeases() || !leases.has(addresses.getFirst()),
                "DEL: " + addresses.getFirst() + " is still reserved");
    }

    /** The host's ends of what is attached. */
    List<String> veths() {
        return rig.launcher().links(netns).stream()
                .filter(link -> link.startsWith("veth"))
                .toList();
    }

    void drop() {
        Launcher launcher = rig.launcher();
        // Not in a namespace that is to go: our own, which is a new one too.
        launcher.enter(Path.of("/proc/" + ProcessHandle.current().pid() + "/ns/net"));
        crowds.forEach(crowd -> launcher.dropNetns(crowd.size(), crowd.path()));
        launcher.dropNetns(containers, container("{}"));
        launcher.dropNetns(1, netns);
        leases.drop();
    }

    private Path container(String number) {
        return netns.resolveSibling(name + "-c" + number);
    }
}
