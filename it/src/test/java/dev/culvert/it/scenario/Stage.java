// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.Waiting;
import dev.culvert.plugins.Catalogue;
import dev.culvert.testkit.TestNetns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is there before a call: the thread's namespace as the host, a container, an empty folder in
 * CNI_PATH and one for leases. To be opened in a test with {@link dev.culvert.testkit.InNetns}.
 */
final class Stage implements AutoCloseable {
    private static final String BOOKKEEPING = ".*/(lock|\\.culvert-index|last_reserved_ip\\.\\d+)";
    private static final String KERNEL = "addr\nroute show table all\nneigh show nud permanent\n";
    private static final Duration QUIET = Duration.ofSeconds(20);

    private final TestNetns container = TestNetns.create("stage");
    private final Path folder;

    Stage() {
        try {
            // An address that is being probed for would change its state between two looks.
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/accept_dad"), "0");
            folder = Files.createTempDirectory("culvert-stage");
            Files.createDirectory(folder.resolve("bin"));
            Files.createDirectory(folder.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestNetns container() {
        return container;
    }

    /**
     * The folder that CNI_PATH names; our own plugins serve in their process when nothing is in it.
     */
    Path bin() {
        return folder.resolve("bin");
    }

    /** host-local's {@code dataDir}. */
    Path data() {
        return folder.resolve("data");
    }

    /** A file that does not exist yet. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** The names of all plugins. */
    static Stream<String> everyPlugin() {
        return Catalogue.all().keySet().stream();
    }

    /** The names of the plugins whose kinds of link this kernel has. */
    static Stream<String> plugins() {
        return everyPlugin().filter(name -> PluginUnderTest.of(name).runsHere());
    }

    /** The names of the plugins that give a container an interface. */
    static Stream<String> interfacePlugins() {
        return plugins()
                .filter(name -> PluginUnderTest.of(name).sort() == PluginUnderTest.Sort.INTERFACE);
    }

    /** ADD with everything right, and what it needs of the host. */
    Call add(String plugin) {
        PluginUnderTest.of(plugin).prepare(this);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("CNI_COMMAND", "ADD");
        environment.put("CNI_CONTAINERID", "c1");
        environment.put("CNI_NETNS", container.path());
        environment.put("CNI_IFNAME", "eth0");
        environment.put("CNI_PATH", bin().toString());
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("CULVERT_DELETE", "acknowledged");
        return new Call(plugin, environment, new byte[0]).input(conf(plugin));
    }

    private String conf(String plugin) {
        return "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"" + plugin + "\""
                + PluginUnderTest.of(plugin).conf(this) + "}";
    }

    /** A member with addresses of both families from host-local. */
    String ipam() {
        return ",\"ipam\":{\"type\":\"host-local\",\"dataDir\":\"" + data() + "\","
                + "\"ranges\":[[{\"subnet\":\"10.1.0.0/24\"}],[{\"subnet\":\"fd01::/64\"}]],"
                + "\"routes\":[{\"dst\":\"0.0.0.0/0\"},{\"dst\":\"::/0\"}]}";
    }

    /** A member with the result of the plugin before, for a chained plugin. */
    String previous() {
        return ",\"prevResult\":{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\""
                + container.path()
                + "\"}],\"ips\":[{\"address\":\"10.1.0.2/24\",\"interface\":0}]}";
    }

    /** Runs a command of the shell in the container. */
    void inContainer(String command) {
        container.witness().run("sh", "-c", command);
    }

    /**
     * Makes and deletes an attachment of another container, so that everything is there that
     * attachments share: the bridge, tables, forwarding. Answers the call.
     */
    Call warmed(Call call) {
        Call other = call.with("CNI_CONTAINERID", "warm");
        World.NATIVE.run(other).ok();
        World.NATIVE.run(other.verb("DEL")).ok();
        quiet();
        return call;
    }

    /** Empties host-local's folder, so that the next address is the first one again. */
    void forgetLeases() {
        Program.sh("rm -rf $1/*", data().toString());
    }

    /** Waits until nothing changes any more. */
    void quiet() {
        Waiting.until("the host is quiet", QUIET, () -> snapshot().equals(snapshot()), () -> "");
    }

    /**
     * Everything that a call must not have changed when it is refused. What host-local keeps beside
     * the leases (its lock, its index, the address given last) and links' states that follow a
     * port's coming and going are left out.
     */
    Snapshot snapshot() {
        Snapshot snapshot = new Snapshot();
        snapshot.addJson(
                "container",
                Program.fed(KERNEL, "ip", "-n", container.name(), "-j", "-batch", "-"));
        snapshot.lines().addAll(hostLines());
        return snapshot;
    }

    /** The part of it that does not need the container. */
    List<String> hostLines() {
        Snapshot snapshot = new Snapshot();
        snapshot.addJson("host", Program.fed(KERNEL, "ip", "-j", "-batch", "-"));
        snapshot.addJson("nft", Program.fed("", "nft", "-j", "list", "ruleset"));
        for (String key : List.of("ipv4/ip_forward", "ipv6/conf/all/forwarding")) {
            snapshot.add(key, text(Path.of("/proc/sys/net", key)));
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> Files.isRegularFile(file) && !file.toString().matches(BOOKKEEPING))
                    .sorted()
                    .forEach(file -> snapshot.add(file.toString(), text(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return snapshot.lines();
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an executable script into the folder of CNI_PATH. */
    void script(String name, String text) {
        try {
            Path file = bin().resolve(name);
            Files.writeString(file, "#!/bin/sh\n" + text);
            if (!file.toFile().setExecutable(true)) {
                throw new IllegalStateException("chmod " + file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        container.close();
        Program.sh("ip link del up0 2>/dev/null || true");
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
