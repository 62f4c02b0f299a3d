// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CniNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "c1", "A_b.c-d", "cnitool-0123456789abcdef0123"})
    void goodNames_pass(String name) {
        assertThatCode(() -> CniNames.checkContainerId(name)).doesNotThrowAnyException();
        assertThatCode(() -> CniNames.checkNetworkName(name)).doesNotThrowAnyException();
    }

    @Test
    void longContainerId_passes() {
        assertThatCode(() -> CniNames.checkContainerId("x".repeat(4096)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"_a", ".a", "-a", "a b", "a/b", "a:b", "é", "a\u0000", "../a", "%%%"})
    void badNames_areRefused(String name) {
        CniException id =
                catchThrowableOfType(CniException.class, () -> CniNames.checkContainerId(name));
        CniException net =
                catchThrowableOfType(CniException.class, () -> CniNames.checkNetworkName(name));

        assertThat(id.code()).isEqualTo(4);
        assertThat(id.msg()).isEqualTo("invalid characters in containerID");
        assertThat(id.details()).contains(name);
        assertThat(net.code()).isEqualTo(7);
        assertThat(net.msg()).isEqualTo("invalid characters found in network name");
        assertThat(net.details()).contains(name);
    }

    @Test
    void emptyNames_haveCodesOfTheirOwn() {
        assertThat(catchThrowableOfType(CniException.class, () -> CniNames.checkContainerId(""))
                        .code())
                .isEqualTo(3);
        assertThat(catchThrowableOfType(CniException.class, () -> CniNames.checkNetworkName(""))
                        .msg())
                .isEqualTo("missing network name");
        assertThat(catchThrowableOfType(CniException.class, () -> CniNames.checkIfname(""))
                        .msg())
                .isEqualTo("interface name is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "net.1.2.3.4.5.6", "a", "...", "é234567890123", "eth0@x"})
    void goodIfnames_pass(String ifname) {
        assertThatCode(() -> CniNames.checkIfname(ifname)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1234567890123456",
                "é2345678901234567",
                ".",
                "..",
                "a/b",
                "a:b",
                "a b",
                "a\tb",
                "a\u00a0b",
                "a\u3000b",
                "a\u0085",
                "éééééééé"
            })
    void badIfnames_areRefused(String ifname) {
        CniException error =
                catchThrowableOfType(CniException.class, () -> CniNames.checkIfname(ifname));

        assertThat(error.code()).isEqualTo(4);
        assertThat(error.msg()).startsWith("interface name ");
        assertThat(error.details()).contains(ifname);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "host-local", "my.plugin", ""})
    void goodTypes_pass(String type) {
        assertThatCode(() -> CniNames.checkPluginType("type", type)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/bin/sh", "a/b", "a\\b", "..", ".", "a..b"})
    void typesThatCouldBePaths_areRefused(String type) {
        CniException error = catchThrowableOfType(
                CniException.class, () -> CniNames.checkPluginType("ipam.type", type));

        assertThat(error.code()).isEqualTo(7);
        assertThat(error.msg()).startsWith("ipam.type: ").contains(type);
    }
}
