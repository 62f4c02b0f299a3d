// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.json.JsonObject;
import dev.culvert.sys.ffm.FfmLibc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * As much of a container runtime as CNI needs: it runs a network's plugins one after another as
 * processes, and keeps the results of ADD for CHECK and DEL.
 *
 * @cni 1.1.0 SPEC §2 and §3
 */
final class TinyRuntime {
    /** Private, like everything in /run. */
    private static final Path FOLDER = Path.of("/run");

    private static final Path LOG = FOLDER.resolve("calls.log");

    private final Path bin;
    private final Consumer<Event> listener;
    private final PluginProcess process;
    private final Map<Attachment, JsonObject> results = new HashMap<>();

    /** Every call is told to the listener. */
    TinyRuntime(Path bin, Consumer<Event> listener) {
        this.bin = bin;
        this.listener = listener;
        process = new PluginProcess(new FfmLibc(), FOLDER);
    }

    /**
     * Attaches, each plugin getting the result of the one before.
     *
     * @return the last result; empty if a plugin failed, and then the ones after it were not called
     */
    Optional<CniAnswer> add(Attachment attachment) {
        Optional<JsonObject> result = Optional.empty();
        for (JsonObject plugin : attachment.network().plugins()) {
            Event.Called called = call("ADD", attachment, plugin, result);
            if (!called.succeeded()) {
                return Optional.empty();
            }
            result = Optional.of(called.output());
        }
        result.ifPresent(last -> results.put(attachment, last));
        return result.map(CniAnswer::new);
    }

    /** Lets each plugin compare the attachment with its result, in the order of ADD. */
    boolean check(Attachment attachment) {
        Optional<JsonObject> result = Optional.ofNullable(results.get(attachment));
        boolean succeeded = true;
        for (JsonObject plugin : attachment.network().plugins()) {
            succeeded &= call("CHECK", attachment, plugin, result).succeeded();
        }
        return succeeded;
    }

    /**
     * Detaches, in the order opposite to ADD; a plugin that fails does not keep the others from
     * their work.
     */
    boolean del(Attachment attachment) {
        Optional<JsonObject> result = Optional.ofNullable(results.remove(attachment));
        boolean succeeded = true;
        for (JsonObject plugin : attachment.network().plugins().reversed()) {
            succeeded &= call("DEL", attachment, plugin, result).succeeded();
        }
        return succeeded;
    }

    /** The versions of CNI that a plugin speaks. */
    Ran version(String plugin) {
        return process.run(
                bin.resolve(plugin),
                Map.of("CNI_COMMAND", "VERSION"),
                "{\"cniVersion\":\"1.0.0\"}");
    }

    private Event.Called call(
            String verb, Attachment attachment, JsonObject plugin, Optional<JsonObject> result) {
        String type = Conflist.type(plugin);
        try {
            Files.deleteIfExists(LOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Ran ran = process.run(
                bin.resolve(type),
                environment(verb, attachment),
                attachment.network().stdin(plugin, result).compact());
        CniAnswer answer = CniAnswer.parse(ran.output());
        Event.Called called = new Event.Called(
                verb,
                attachment.container().name(),
                attachment.network().name(),
                type,
                ran.nanos() / 1000,
                CallLog.read(LOG),
                answer.json(),
                error(ran, answer));
        listener.accept(called);
        return called;
    }

    private static String error(Ran ran, CniAnswer answer) {
        if (ran.code() == 0) {
            return answer.error();
        }
        List<String> said = new ArrayList<>();
        said.add(
                answer.error().isEmpty()
                        ? "exit status " + ran.code() + ", and no error object"
                        : answer.error());
        if (!ran.error().isBlank()) {
            said.add(ran.error().strip());
        }
        return String.join("; ", said);
    }

    private Map<String, String> environment(String verb, Attachment attachment) {
        return Map.of(
                "CNI_COMMAND", verb,
                "CNI_CONTAINERID", attachment.containerId(),
                "CNI_NETNS", attachment.container().path(),
                "CNI_IFNAME", Attachment.IFNAME,
                "CNI_PATH", bin.toString(),
                "PATH", Needs.path(),
                "CULVERT_LOG", LOG.toString(),
                // The default looks whether the first process takes orphans over. Ours takes them
                // with it at the end.
                "CULVERT_DELETE", "announced");
    }
}
