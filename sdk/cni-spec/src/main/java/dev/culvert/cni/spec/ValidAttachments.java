// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;

import java.util.ArrayList;
import java.util.List;

/**
 * The attachments that GC keeps. An empty list says that everything goes; an absent one and
 * {@code null} say nothing, so nothing may go.
 *
 * @cni 1.1.0 SPEC "GC", cni.dev/valid-attachments
 */
public record ValidAttachments(Presence presence, List<AttachmentKey> keys) {
    private static final String NAME = "cni.dev/valid-attachments";

    /**
     * The name that libcni sends as well, from before the specification settled on the other one.
     */
    private static final String LEGACY_NAME = "cni.dev/attachments";

    /** Copies the list. */
    public ValidAttachments {
        keys = List.copyOf(keys);
    }

    /** Whether there is a list. */
    public enum Presence {
        /** Neither name is there. */
        ABSENT,
        /** The value is {@code null}. */
        NULL,
        /** The value is a list. */
        LISTED
    }

    static ValidAttachments decode(Fields fields) {
        boolean current = fields.object().mentions(NAME);
        if (!current && !fields.object().mentions(LEGACY_NAME)) {
            return new ValidAttachments(Presence.ABSENT, List.of());
        }
        String name = current ? NAME : LEGACY_NAME;
        if (!fields.has(name)) {
            return new ValidAttachments(Presence.NULL, List.of());
        }
        List<AttachmentKey> keys = new ArrayList<>();
        for (Field item : fields.list(name)) {
            Fields key = item.object();
            keys.add(new AttachmentKey(text(key, "containerID"), text(key, "ifname")));
        }
        return new ValidAttachments(Presence.LISTED, keys);
    }

    /**
     * Half a key would match nothing, and so take the attachment away that it was meant to keep.
     */
    private static String text(Fields fields, String name) {
        String text = NetFields.require(fields, name).string();
        if (text.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, fields.path(name) + ": empty");
        }
        return text;
    }

    /**
     * The attachments to keep, if the caller named them.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if there is no list
     */
    public List<AttachmentKey> require() {
        return switch (presence) {
            case LISTED -> keys;
            case ABSENT, NULL ->
                throw new CniException(
                        CniErrorCode.INVALID_NETWORK_CONFIG,
                        NAME + ": "
                                + (presence == Presence.NULL
                                        ? "a list is wanted, found null"
                                        : "missing"),
                        "nothing was removed; [] says that no attachment is valid");
        };
    }
}
