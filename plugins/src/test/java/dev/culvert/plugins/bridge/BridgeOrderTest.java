// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.NetConf;
import dev.culvert.host.Mark;
import dev.culvert.plugins.main.Shape;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** What must be so before the first frame of a container can pass. */
final class BridgeOrderTest {
    private static final Mark MARK = new Mark("web", "c1", "eth0");

    @Test
    void macCheck_standsBeforeThePortIsUp() {
        BridgeShape shape = new BridgeShape(BridgeConf.parse(NetConf.parse("""
                        {"cniVersion":"1.1.0","name":"web","type":"bridge","macspoofchk":true}"""), ""));

        List<String> lines =
                shape.links(new Shape.Ends(MARK, 0, Optional.empty())).describe();

        int check = indexOf(lines, "nft add element set bridge culvert_macspoof guarded");
        int up = indexOf(lines, "ip link set " + MARK.hostLinkName() + " up");
        assertThat(check).isBetween(0, up - 1);
        assertThat(up).isEqualTo(lines.size() - 1);
    }

    private static int indexOf(List<String> lines, String start) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(start)) {
                return i;
            }
        }
        return -1;
    }
}
