// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.json.Fields;
import dev.culvert.json.Fields.Range;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.ScriptedLibc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A call of a plugin as a runtime makes it, and what came out of it. */
final class Script {
    private static final Libc REAL = new FfmLibc();

    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> more = new ArrayList<>();
    private final List<byte[]> raw = new ArrayList<>();
    private String stdin = "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"recording\"}";
    private Consumer<FaultLibc> faults = fault -> {};
    private UnaryOperator<Libc> streams = UnaryOperator.identity();
    private ScriptedLibc libc = new ScriptedLibc(REAL, Map.of(), "");
    private FaultLibc fault = new FaultLibc(REAL);
    private int exitCode = -1;

    private Script() {}

    /** All variables of a verb but CNI_NETNS. */
    static Script of(String command) {
        return new Script()
                .set("CNI_COMMAND", command)
                .set("CNI_CONTAINERID", "c1")
                .set("CNI_IFNAME", "eth0")
                .set("CNI_PATH", "/nowhere");
    }

    Script set(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Script unset(String name) {
        environment.remove(name);
        return this;
    }

    /** One more entry at the environment's end, as it is: perhaps a name that is there already. */
    Script append(String entry) {
        more.add(entry);
        return this;
    }

    /** One more entry in which every character stands for a byte. */
    Script appendBytes(String entry) {
        raw.add(entry.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** The environment of the next run, entry by entry, without what is no text. */
    List<String> environment() {
        List<String> entries = new ArrayList<>();
        environment.forEach((name, value) -> entries.add(name + "=" + value));
        entries.addAll(more);
        return entries;
    }

    Script stdin(String text) {
        stdin = text;
        return this;
    }

    Script version(String version) {
        return stdin("{\"cniVersion\":\"" + version + "\",\"name\":\"net\"}");
    }

    /** Faults to be set on the calls of the next run. */
    Script faults(Consumer<FaultLibc> setting) {
        faults = setting;
        return this;
    }

    /** Standard streams that behave in another way. */
    Script streams(UnaryOperator<Libc> other) {
        streams = other;
        return this;
    }

    Script run(Plugin plugin) {
        exitCode = Skeleton.run(open(), plugin);
        return this;
    }

    Script runWithAbout(Plugin plugin) {
        exitCode = Skeleton.run(open(), plugin, () -> "CNI recording plugin v0");
        return this;
    }

    private Libc open() {
        List<byte[]> entries = new ArrayList<>(raw);
        environment().forEach(entry -> entries.add(entry.getBytes(StandardCharsets.UTF_8)));
        libc = new ScriptedLibc(
                REAL, entries.toArray(byte[][]::new), stdin.getBytes(StandardCharsets.UTF_8));
        fault = new FaultLibc(streams.apply(libc.libc()));
        faults.accept(fault);
        return fault.libc();
    }

    /** How many calls of that name the run made. */
    int count(String name) {
        return fault.count(name);
    }

    int exitCode() {
        return exitCode;
    }

    String output() {
        return libc.output();
    }

    String error() {
        return libc.error();
    }

    Fields printed() {
        return Fields.of((JsonObject) Json.parse(output()));
    }

    int code() {
        return (int) printed().integer("code", 0, Range.INT);
    }

    String msg() {
        return printed().string("msg", "");
    }

    String details() {
        return printed().string("details", "");
    }
}
