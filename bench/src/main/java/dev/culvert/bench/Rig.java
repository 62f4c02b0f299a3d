// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What every scenario works with.
 *
 * @param work an empty folder, on tmpfs
 * @param peers ours first
 * @param rounds how often a loop goes round
 */
record Rig(
        Launcher launcher,
        Path work,
        List<Peer> peers,
        int rounds,
        boolean quick,
        Progress progress) {
    Rig {
        peers = List.copyOf(peers);
    }

    /** Each peer once. */
    List<Variant> variants() {
        return peers.stream().map(peer -> new Variant(peer, Variant.ANNOUNCED)).toList();
    }

    /** Each peer once, and ours a second time with the other way of deleting a link. */
    List<Variant> variantsOfDelete() {
        List<Variant> variants = new ArrayList<>(variants());
        peers.stream()
                .filter(Peer::isOurs)
                .forEach(p -> variants.add(new Variant(p, Variant.ACKNOWLEDGED)));
        return List.copyOf(variants);
    }

    /** A call that concerns no attachment: VERSION, STATUS, GC. */
    Job job(Variant variant, String plugin, Path config, String verb) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", Programs.path());
        environment.put("CNI_PATH", variant.peer().directory().toString());
        environment.put("CULVERT_DELETE", variant.delete());
        // The reference's iptables would lock, and leave, a file of the host.
        environment.put("XTABLES_LOCKFILE", work.resolve("xtables.lock").toString());
        environment.put("CNI_COMMAND", verb);
        return new Job(variant.peer().plugin(plugin), config, environment);
    }

    Job job(Variant variant, String plugin, Path config, String verb, Attachment attachment) {
        Job job = job(variant, plugin, config, verb);
        job.environment().put("CNI_CONTAINERID", attachment.containerId());
        job.environment().put("CNI_NETNS", attachment.netns().toString());
        job.environment().put("CNI_IFNAME", attachment.ifname());
        return job;
    }

    Path write(String name, String text) {
        try {
            Path file = work.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
