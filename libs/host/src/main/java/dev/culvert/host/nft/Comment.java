// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.base.Utf8;
import dev.culvert.wire.nft.Nf;

/** Comments of elements and rules. */
final class Comment {
    private Comment() {}

    /**
     * A comment that nft can read in its own listing: no quotation marks, no control characters,
     * 128 bytes.
     */
    static String of(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(c == '"' || c < ' ' || c == 0x7f ? '?' : c);
        }
        return Utf8.cut(clean.toString(), Nf.COMMENT_MAX);
    }
}
