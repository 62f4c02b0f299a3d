// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins;

import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Skeleton;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;
import dev.culvert.sys.Libc;
import dev.culvert.testkit.ScriptedLibc;

import java.util.LinkedHashMap;
import java.util.Map;

/** One call of a plugin in this process, as a runtime would make it. */
public final class PluginCall {
    private final Plugin plugin;
    private final Libc libc;
    private final Map<String, String> environment = new LinkedHashMap<>();

    /** The answer: the exit code and what was printed. */
    public record Answer(int code, String output, String error) {
        public JsonObject json() {
            return (JsonObject) Json.parse(output);
        }
    }

    public PluginCall(Plugin plugin, Libc libc, String command) {
        this.plugin = plugin;
        this.libc = libc;
        environment.put("CNI_COMMAND", command);
        environment.put("CNI_PATH", "/nonexistent");
    }

    /** The attachment's three variables. */
    public PluginCall attachment(String containerId, String netns, String ifname) {
        return with("CNI_CONTAINERID", containerId)
                .with("CNI_NETNS", netns)
                .with("CNI_IFNAME", ifname);
    }

    public PluginCall with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public Answer run(String config) {
        ScriptedLibc process = new ScriptedLibc(libc, environment, config);
        int code = Skeleton.run(process.libc(), plugin);
        return new Answer(code, process.output(), process.error());
    }

    /** Runs the call and fails the test unless it succeeds. */
    public Answer succeed(String config) {
        Answer answer = run(config);
        if (answer.code() != 0) {
            throw new AssertionError(
                    environment.get("CNI_COMMAND") + ": " + answer.output() + answer.error());
        }
        return answer;
    }
}
