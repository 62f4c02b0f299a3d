// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniVersion;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * The verbs, a row each: since which version, which variables must be there, and what the plugin
 * does.
 *
 * <p>CNI_PATH is required for GC alone, as the specification has it. The reference's plugins want
 * it for every verb but VERSION; we miss it only where a plugin that is not ours must be found.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
public enum Verb {
    /** Make an attachment. */
    ADD(
            CniVersion.V0_1_0,
            List.of(Environment.CONTAINER_ID, Environment.NETNS, Environment.IFNAME),
            (plugin, request) -> Optional.of(plugin.add(request))),
    /** Remove an attachment. */
    DEL(
            CniVersion.V0_1_0,
            List.of(Environment.CONTAINER_ID, Environment.IFNAME),
            silent(Plugin::del)),
    /** Compare an attachment with its result. */
    CHECK(
            CniVersion.V0_4_0,
            List.of(Environment.CONTAINER_ID, Environment.NETNS, Environment.IFNAME),
            silent(Plugin::check)),
    /** Remove what belongs to no valid attachment. */
    GC(CniVersion.V1_1_0, List.of(Environment.PATH), silent(Plugin::gc)),
    /** Tell whether an ADD could be served. */
    STATUS(CniVersion.V1_1_0, List.of(), silent(Plugin::status)),
    /** Print the versions; the plugin is not called, and standard input is not read. */
    VERSION(CniVersion.V0_1_0, List.of(), (plugin, request) -> Optional.empty());

    private final CniVersion since;
    private final List<String> required;
    private final BiFunction<Plugin, Request, Optional<Answer>> handler;

    Verb(
            CniVersion since,
            List<String> required,
            BiFunction<Plugin, Request, Optional<Answer>> handler) {
        this.since = since;
        this.required = required;
        this.handler = handler;
    }

    /** The first version of the specification that has the verb. */
    public CniVersion since() {
        return since;
    }

    List<String> required() {
        return required;
    }

    /** Whether the verb works in a network namespace that must be there. */
    boolean needsNetns() {
        return required.contains(Environment.NETNS);
    }

    /** Answers something for ADD alone. */
    Optional<Answer> call(Plugin plugin, Request request) {
        return handler.apply(plugin, request);
    }

    static Optional<Verb> find(String command) {
        for (Verb verb : values()) {
            if (verb.name().equals(command)) {
                return Optional.of(verb);
            }
        }
        return Optional.empty();
    }

    private static BiFunction<Plugin, Request, Optional<Answer>> silent(
            BiConsumer<Plugin, Request> handler) {
        return (plugin, request) -> {
            handler.accept(plugin, request);
            return Optional.empty();
        };
    }
}
