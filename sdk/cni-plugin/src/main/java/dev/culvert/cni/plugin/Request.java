// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniArgs;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CulvertConf;
import dev.culvert.cni.spec.DeleteWord;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.os.Netns;
import dev.culvert.os.Streams;
import dev.culvert.sys.Libc;

import java.util.List;
import java.util.Optional;

/**
 * One call of the plugin: who is attached to what, and the ways to the outside. Values are as the
 * caller gave them, checked by the skeleton.
 *
 * @cni 1.1.0 SPEC "Execution protocol"
 */
public final class Request {
    private final Call call;
    private final NetConf conf;
    private final Optional<Netns> netns;
    private final CulvertConf culvert;

    /** @param netns the namespace that can be entered; stays the caller's to close */
    Request(Call call, NetConf conf, Optional<Netns> netns) {
        this.call = call;
        this.conf = conf;
        this.netns = netns;
        this.culvert = conf.culvert();
    }

    /** What is to be done. */
    public Verb verb() {
        return call.verb();
    }

    /** The container's id; empty for GC and STATUS. */
    public String containerId() {
        return call.environment().get(Environment.CONTAINER_ID);
    }

    /** The name of the interface in the container; empty for GC and STATUS. */
    public String ifname() {
        return call.environment().get(Environment.IFNAME);
    }

    /**
     * The container's network namespace, open while the call lasts. In DEL there is none if the
     * namespace is gone, its path is a plain file, or it is our own (a process number that was used
     * again): nothing of ours is in there. IPAM plugins have none.
     */
    public Optional<Netns> netns() {
        return netns;
    }

    /** The path that {@link #netns} was opened by; empty without one. */
    public String netnsPath() {
        return netns.map(Netns::path).orElse("");
    }

    /** CNI_ARGS as it came; {@link #cniArgs(List)} reads it. */
    public String cniArgs() {
        return call.environment().get(Environment.ARGS);
    }

    /**
     * The pairs of CNI_ARGS.
     *
     * @param known the names that the plugin takes
     * @throws CniException INVALID_ENVIRONMENT if the text is malformed or has other names
     */
    public CniArgs cniArgs(List<String> known) {
        return CniArgs.parse(cniArgs(), known);
    }

    /** The folders of CNI_PATH. */
    public List<String> pluginFolders() {
        return call.environment().pluginFolders();
    }

    /** The configuration. */
    public NetConf conf() {
        return conf;
    }

    /** Standard input as it came, to be handed to another plugin. */
    public String stdin() {
        return call.stdin();
    }

    /** The system calls. */
    public Libc libc() {
        return call.libc();
    }

    /** The value of any environment variable; empty if it is not set. */
    public String variable(String name) {
        return call.environment().get(name);
    }

    /**
     * When DEL takes a link for gone; CULVERT_DELETE wins over the configuration.
     *
     * @throws CniException for a word that we do not know: INVALID_ENVIRONMENT if it stands in the
     *     variable, else INVALID_NETWORK_CONFIG
     */
    public DeleteWord deleteWord() {
        String variable = variable(Environment.DELETE);
        return variable.isEmpty()
                ? DeleteWord.parse(
                        culvert.delete(), "culvert.delete", CniErrorCode.INVALID_NETWORK_CONFIG)
                : DeleteWord.parse(variable, Environment.DELETE, CniErrorCode.INVALID_ENVIRONMENT);
    }

    /** What the call will be remembered by. */
    public CallLog log() {
        return call.log();
    }

    /**
     * The previous result, where the verb cannot do without.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if there is none, DECODING_FAILURE if it is
     *     damaged
     */
    public CniResult requirePrevResult() {
        Optional<CniResult> result = conf.prevResult();
        if (result.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    "prevResult: missing",
                    verb() + " needs the result of ADD");
        }
        return result.get();
    }

    /**
     * The end of an ADD with this result, in the version that was asked for.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if that version cannot express it
     */
    public Answer answer(CniResult result) {
        return new Answer(result, result.encode(conf.version()));
    }

    /**
     * The end of an ADD with the previous plugin's result, which goes on unchanged.
     *
     * @throws CniException as {@link #requirePrevResult} does
     */
    public Answer answerPrevResult() {
        CniResult result = requirePrevResult();
        return new Answer(
                result, CniResult.convert(conf.prevResultFields(), conf.version(), conf.version()));
    }

    /** The environment for a plugin that does a verb in our place. */
    byte[][] environmentFor(Verb verb) {
        return call.environment().withCommand(verb);
    }

    void complain(String text) {
        Streams.complain(call.libc(), text);
    }
}
