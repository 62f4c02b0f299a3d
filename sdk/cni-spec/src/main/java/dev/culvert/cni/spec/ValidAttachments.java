// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;

import java.util.ArrayList;
import java.util.List;

/**
 * The attachments that GC keeps. An absent list and {@code null} say the same as an empty one, that
 * none is valid: libcni writes a nil list as {@code null}, and {@code cnitool gc} sends none.
 *
 * @cni 1.1.0 SPEC "GC", cni.dev/valid-attachments
 */
final class ValidAttachments {
    private static final String NAME = "cni.dev/valid-attachments";

    /**
     * The name that libcni sends as well, from before the specification settled on the other one.
     */
    private static final String LEGACY_NAME = "cni.dev/attachments";

    private ValidAttachments() {}

    static List<AttachmentKey> decode(Fields fields) {
        String name = fields.object().mentions(NAME) ? NAME : LEGACY_NAME;
        List<AttachmentKey> keys = new ArrayList<>();
        for (Field item : fields.list(name)) {
            Fields key = item.object();
            keys.add(new AttachmentKey(text(key, "containerID"), text(key, "ifname")));
        }
        return List.copyOf(keys);
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
}
