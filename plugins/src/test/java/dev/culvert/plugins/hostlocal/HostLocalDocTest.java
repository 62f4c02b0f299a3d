// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.hostlocal.Caller.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** What docs/plugins/host-local.md says is so. */
class HostLocalDocTest {
    private static final Path PAGE = Path.of("../docs/plugins/host-local.md");

    @TempDir
    Path dataDir;

    @Test
    void example_runs() throws Exception {
        String page = Files.readString(PAGE);
        int from = page.indexOf("```json") + "```json".length();
        String conf = page.substring(from, page.indexOf("```", from))
                .replace("/run/culvert-example", dataDir.toString());

        Answer answer = Caller.of(conf).add("c1");

        assertThat(answer.addresses()).containsExactly("10.77.0.10/24", "fd00:77::2/64");
        assertThat(Caller.of(conf).status().ok()).isTrue();
        assertThat(Caller.of(conf).del("c1").ok()).isTrue();
    }

    @Test
    void everyKey_isInTheTable() throws Exception {
        String page = Files.readString(PAGE);

        assertThat(page)
                .contains(
                        "`ipam.ranges`",
                        "`ipam.subnet`",
                        "`rangeStart`",
                        "`rangeEnd`",
                        "`gateway`",
                        "`ipam.routes`",
                        "`ipam.dataDir`",
                        "`ipam.resolvConf`",
                        "`ipam.exclude`",
                        "`ipam.reclaim`",
                        "`runtimeConfig.ipRanges`",
                        "`runtimeConfig.ips`",
                        "`args.cni.ips`",
                        "`CNI_ARGS`");
        for (Reclaim reclaim : Reclaim.values()) {
            assertThat(page).contains("`" + reclaim.text() + "`");
        }
    }
}
