// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class CallLogTest {
    @Test
    void line_hasTimeAndPlan() {
        CallLog log = CallLog.parse(
                "{\"verb\":\"ADD\",\"milliseconds\":1.234,\"plan\":[\"ip link add a\",\"nft"
                        + " x\"]}\n");

        assertThat(log).isEqualTo(new CallLog(1234, List.of("ip link add a", "nft x")));
    }

    @Test
    void calledPluginsLine_comesFirstAndItsTimeIsWithinTheLast() {
        CallLog log = CallLog.parse("{\"milliseconds\":0.5,\"plan\":[\"reserve\"]}\n"
                + "{\"milliseconds\":2,\"plan\":[\"ip\"]}\n");

        assertThat(log).isEqualTo(new CallLog(2000, List.of("reserve", "ip")));
    }

    @Test
    void tornLine_isToldAndNotThrown() {
        assertThat(CallLog.parse("{\"milliseconds\":").plan())
                .singleElement()
                .asString()
                .contains("not readable");
    }

    @Test
    void absentFile_isNoLog(@TempDir Path folder) {
        assertThat(CallLog.read(folder.resolve("none"))).isEqualTo(CallLog.NONE);
    }
}
