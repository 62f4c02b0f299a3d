// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallTest {
    @Test
    void errorObject_speaksForItself() {
        Call call = failed(
                "{\"code\": 7, \"msg\": \"bad config\", \"details\": \"ipam.type\"}", "noise");

        assertThat(call.problem()).isEqualTo("bad config: ipam.type");
    }

    @Test
    void noErrorObject_isReplacedByTheFirstLineOfStderr() {
        assertThat(failed("", "panic: x\nmore").problem()).isEqualTo("panic: x");
    }

    @Test
    void neither_isReplacedByWhatWasPrinted() {
        assertThat(failed("{not json", "").problem()).isEqualTo("{not json");
    }

    @Test
    void silence_isReplacedByTheStatus() {
        assertThat(failed("", "").problem()).isEqualTo("exit status 1");
    }

    @Test
    void addresses_areReadFromAResult() {
        assertThat(
                        CniResult.addresses(
                                "{\"ips\": [{\"address\": \"10.0.0.2/16\"}, {\"address\": \"fd00::2/64\"}]}"))
                .containsExactly("10.0.0.2/16", "fd00::2/64");
    }

    @Test
    void whatIsNoResult_hasNoAddresses() {
        assertThat(CniResult.addresses("")).isEmpty();
        assertThat(CniResult.addresses("{\"ips\": 5}")).isEmpty();
        assertThat(CniResult.addresses("[]")).isEmpty();
        assertThat(CniResult.addresses("{}")).isEmpty();
    }

    private static Call failed(String out, String err) {
        return new Call(1_000_000, 1, false, out, err);
    }
}
