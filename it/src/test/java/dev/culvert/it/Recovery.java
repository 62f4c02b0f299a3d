// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.util.Optional;

/** What a runtime, or an administrator, does after a plugin has died half-way. */
enum Recovery {
    /** DEL as it should be. */
    DEL,
    /** DEL after the namespace has gone: its path leads nowhere. */
    DEL_AFTER_NETNS_IS_GONE,
    /** DEL with an empty CNI_NETNS though the namespace is there. */
    DEL_WITH_EMPTY_NETNS,
    /** DEL by a runtime that has lost its cache. */
    DEL_WITHOUT_RESULT,
    /** DEL after somebody has edited the configuration. */
    DEL_WITH_MASQUERADE_OFF,
    /** GC that knows of no attachment of the network. */
    GC,
    /** ADD again, which may succeed or be refused, then DEL. */
    SAME_ADD_AGAIN;

    private static final Attachment NONE = new Attachment("", "", "");

    /** Carries it out on an attachment whose ADD printed a result, or did not get that far. */
    void recover(Cni cni, Conf conf, Optional<Result> result, Attachment attachment) {
        Conf del = result.map(conf::withPrev).orElse(conf);
        switch (this) {
            case DEL -> cni.del(del, attachment);
            case DEL_AFTER_NETNS_IS_GONE -> {
                cni.host().run("ip", "netns", "del", netns(attachment)).ok();
                cni.del(del, attachment);
            }
            case DEL_WITH_EMPTY_NETNS -> cni.del(del, attachment.withoutNetns());
            case DEL_WITHOUT_RESULT -> cni.del(conf, attachment);
            case DEL_WITH_MASQUERADE_OFF -> cni.del(del.with("ipMasq", "false"), attachment);
            case GC ->
                cni.call("GC", conf.with("cni.dev/valid-attachments", "[]"), NONE)
                        .ok();
            case SAME_ADD_AGAIN -> {
                Ran again = cni.call("ADD", conf, attachment);
                if (again.code() != 0 && !again.output().contains("\"code\"")) {
                    throw new AssertionError("neither a result nor an error object: " + again);
                }
                cni.del(conf, attachment);
            }
        }
    }

    /** Whether the plugin is told of the container's namespace. */
    boolean isToldNetns() {
        return this != DEL_WITH_EMPTY_NETNS && this != GC;
    }

    static String netns(Attachment attachment) {
        return attachment.netns().substring(attachment.netns().lastIndexOf('/') + 1);
    }
}
