// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniVersion;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.net.IpAddr;

import java.util.List;
import java.util.Set;

/**
 * A CNI plugin: what it does for each verb. Whatever it throws becomes the error object:
 * {@link dev.culvert.cni.spec.CniException} as it is, the others by the table in
 * {@code docs/errors.md}.
 *
 * <p>The skeleton has checked names, version and (for ADD and CHECK) the network namespace before
 * it calls.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
public interface Plugin {
    /** The file name under which the plugin is found: {@code bridge}. */
    String name();

    /** The versions that the plugin speaks. */
    default Set<CniVersion> versions() {
        return CniVersion.all();
    }

    /**
     * Whether the plugin gives addresses to other plugins. Then it does not enter the container's
     * namespace, and CNI_NETNS need not lead anywhere; any other refuses to be started for it.
     */
    default boolean isIpam(NetConf conf) {
        return false;
    }

    /**
     * Makes the attachment, or throws and leaves everything as it was.
     *
     * @return {@link Request#answer}, or {@link Request#answerPrevResult} to pass the previous
     *     plugin's result on; made before the effects are committed, since the asked version may
     *     have no place for the result
     */
    Answer add(Request request);

    /** Removes the attachment; what is gone already, the namespace included, is no error. */
    void del(Request request);

    /**
     * The addresses that an IPAM plugin has given to this attachment and not taken back; none where
     * it cannot know.
     */
    default List<IpAddr> held(Request request) {
        return List.of();
    }

    /** Throws CHECK_FAILED with the first thing that is not as the previous result says. */
    void check(Request request);

    /**
     * Removes what belongs to this network but to none of the valid attachments, of which the
     * skeleton has made sure that there is a list. Goes on after errors and reports them together.
     */
    void gc(Request request);

    /** Throws NOT_AVAILABLE or LIMITED_CONNECTIVITY if an ADD could not be served now. */
    void status(Request request);
}
