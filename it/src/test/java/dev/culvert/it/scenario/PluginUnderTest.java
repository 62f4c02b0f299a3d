// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;

import java.io.IOException;
import java.util.List;

/**
 * All that the scenarios have to know of one plugin. A new plugin is a new one of these, and a line
 * in {@link #ALL}.
 */
interface PluginUnderTest {
    List<PluginUnderTest> ALL = List.of(
            new LoopbackUnderTest(),
            new BridgeUnderTest(),
            new PtpUnderTest(),
            new MacvlanUnderTest(),
            UpperUnderTest.ipvlan(),
            UpperUnderTest.vlan(),
            new DummyUnderTest(),
            new TapUnderTest(),
            new TuningUnderTest(),
            new PortmapUnderTest(),
            new HostLocalUnderTest(),
            new StaticUnderTest());

    /** What a plugin is for. */
    enum Sort {
        INTERFACE,
        CHAINED,
        IPAM
    }

    /** The one of that name. */
    static PluginUnderTest of(String name) {
        return ALL.stream()
                .filter(plugin -> plugin.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no PluginUnderTest for " + name));
    }

    /** The name under which runtimes look for it. */
    String name();

    Sort sort();

    /**
     * A good configuration: the members of the object after {@code type}, each with a comma before.
     */
    String conf(Stage stage);

    /** Makes what ADD needs of the host and the container, where it is not there yet. */
    default void prepare(Stage stage) {}

    /**
     * Whether this kernel has the kind of link; where it has not, the emulated machine of
     * {@code it/src/vm} shows what the plugin does.
     */
    default boolean runsHere() {
        return true;
    }

    /** Whether a command of the shell succeeds in a network of its own. */
    static boolean succeeds(String command) {
        try {
            return new ProcessBuilder("unshare", "-n", "sh", "-ec", command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The plugin whose files say how results look at each version, since its own do alike. */
    default String looksAs() {
        return name();
    }

    /** The keys that it reads beyond those of every plugin. */
    List<Key> keys();

    /** Adds what every one of its keys needs to be there. */
    default Call full(Call good) {
        return good;
    }

    /** The sources that read the keys, below the folder of the plugins, without {@code .java}. */
    List<String> sources();
}
