// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class CniArgsTest {
    private static final List<String> KNOWN = List.of("IP", "MAC");

    @Test
    void knownPairs_areRead() {
        CniArgs args = CniArgs.parse("IP=10.1.2.3,10.1.2.4;MAC=", KNOWN);

        assertThat(args.find("IP")).hasValue("10.1.2.3,10.1.2.4");
        assertThat(args.find("MAC")).hasValue("");
        assertThat(args.find("GATEWAY")).isEmpty();
    }

    @Test
    void emptyText_hasNoPairs() {
        assertThat(CniArgs.parse("", KNOWN).find("IP")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=1;IP=10.1.2.3",
                "K8S_POD_NAME=web;IP=10.1.2.3;IgnoreUnknown=TRUE"
            })
    void unknownNames_areSkippedWhenAsked(String text) {
        assertThat(CniArgs.parse(text, KNOWN).find("IP")).hasValue("10.1.2.3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FOO=1;IP=10.1.2.3;BAR=2      | ARGS: unknown args [\"FOO=1\" \"BAR=2\"]",
                "FOO=1;IgnoreUnknown=false    | ARGS: unknown args [\"FOO=1\"]",
                "ip=10.1.2.3                  | ARGS: unknown args [\"ip=10.1.2.3\"]",
                "ignoreunknown=1              | ARGS: unknown args [\"ignoreunknown=1\"]",
                "IP=10.1.2.3;                 | ARGS: invalid pair \"\"",
                ";IP=10.1.2.3                 | ARGS: invalid pair \"\"",
                "IP                           | ARGS: invalid pair \"IP\"",
                "IP=a=b                       | ARGS: invalid pair \"IP=a=b\"",
                "IgnoreUnknown=yes            | boolean unmarshal error: invalid input yes",
            })
    void wrongText_isRefused(String text, String msg) {
        CniException error =
                catchThrowableOfType(CniException.class, () -> CniArgs.parse(text, KNOWN));

        assertThat(error.msg()).isEqualTo(msg);
        assertThat(error.is(CniErrorCode.INVALID_ENVIRONMENT)).isTrue();
        assertThat(error.details()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,true", "true,true", "True,true", "0,false", "FALSE,false"})
    void booleans_areRead(String text, boolean value) {
        assertThat(CniArgs.parseBool(text)).isEqualTo(value);
    }
}
