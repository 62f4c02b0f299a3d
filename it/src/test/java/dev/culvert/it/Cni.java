// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.util.HashMap;
import java.util.Map;

/**
 * Calls plugins on a private host as a runtime does.
 *
 * @param host where
 * @param folder the plugin folder to take the called plugin from: {@code test}, {@code debian},
 *     {@code reference}
 * @param ipamFolder the plugin folder that CNI_PATH names, where the called plugin finds others
 */
record Cni(PrivateHost host, String folder, String ipamFolder) {
    /** Every plugin from one folder. */
    static Cni of(PrivateHost host, String folder) {
        return new Cni(host, folder, folder);
    }

    /** Runs the plugin that the configuration names. */
    Ran call(String command, Conf conf, Attachment attachment) {
        return call(conf.type(), command, conf, attachment);
    }

    /** Runs a plugin by name, as another plugin would. */
    Ran call(String plugin, String command, Conf conf, Attachment attachment) {
        return host.run(environment(command, attachment), conf.toString(), executable(plugin));
    }

    /** The path of a plugin on the host. */
    String executable(String plugin) {
        return "/run/plugins/" + folder + "/" + plugin;
    }

    /**
     * The variables of a call; deletion does not wait for the kernel's bookkeeping where the plugin
     * knows how.
     */
    Map<String, String> environment(String command, Attachment attachment) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CNI_COMMAND", command);
        environment.put("CNI_CONTAINERID", attachment.containerId());
        environment.put("CNI_NETNS", attachment.netns());
        environment.put("CNI_IFNAME", attachment.ifname());
        environment.put("CNI_PATH", "/run/plugins/" + ipamFolder);
        environment.put("CULVERT_DELETE", "announced");
        return environment;
    }

    /** ADD, which has to succeed; answers the result. */
    Result add(Conf conf, Attachment attachment) {
        return Result.parse(call("ADD", conf, attachment).ok().output());
    }

    /** DEL with the result of ADD, which has to succeed. */
    void del(Conf conf, Result result, Attachment attachment) {
        call("DEL", conf.withPrev(result), attachment).ok();
    }

    /** DEL without the result of ADD, which has to succeed. */
    void del(Conf conf, Attachment attachment) {
        call("DEL", conf, attachment).ok();
    }

    /** CHECK with the result of ADD, which has to succeed. */
    void check(Conf conf, Result result, Attachment attachment) {
        call("CHECK", conf.withPrev(result), attachment).ok();
    }
}
