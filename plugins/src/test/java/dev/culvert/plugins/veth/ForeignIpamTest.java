// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.Catalogue;
import dev.culvert.plugins.PluginCall;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An IPAM program that uses the interface, as a DHCP client does. */
@Tag("kernel")
@InNetns(mayLeave = true)
final class ForeignIpamTest {
    @TempDir
    private Path folder;

    private Path program(String body) throws IOException {
        Path program = folder.resolve("looks");
        Files.writeString(program, "#!/bin/sh\ncat >/dev/null\n" + body);
        program.toFile().setExecutable(true);
        return program;
    }

    @ParameterizedTest
    @CsvSource({"bridge, 1", "ptp, 0"})
    void interfaceAndItsPort_areThereWhenAddressesAreAskedFor(String type, int ports)
            throws IOException {
        program("""
                ip -n "${CNI_NETNS##*/}" -br link show "$CNI_IFNAME" >"$0.$CNI_COMMAND.inside" 2>&1
                ip -br link show type veth >"$0.$CNI_COMMAND.outside"
                ip -o link show master br0 2>/dev/null | wc -l >"$0.$CNI_COMMAND.ports"
                [ "$CNI_COMMAND" != ADD ] || echo '{"cniVersion":"1.1.0","ips":[{"address":"10.9.0.5/24","gateway":"10.9.0.1"}]}'
                """);
        String conf = """
                {"cniVersion":"1.1.0","name":"n","type":"%s","bridge":"br0","isGateway":true,"ipam":{"type":"looks"}}""".formatted(type);
        try (TestNetns pod = TestNetns.create("pod")) {
            call(type, "ADD", pod).succeed(conf);

            assertThat(folder.resolve("looks.ADD.inside")).content().startsWith("eth0@");
            assertThat(folder.resolve("looks.ADD.outside")).content().startsWith("veth");
            if (ports > 0) {
                assertThat(folder.resolve("looks.ADD.ports")).content().isEqualTo(ports + "\n");
            }
            call(type, "DEL", pod).succeed(conf);
            assertThat(folder.resolve("looks.DEL.inside")).content().doesNotContain("eth0@");
            assertThat(folder.resolve("looks.DEL.outside")).content().isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"bridge", "ptp"})
    void refusal_takesTheLinksBack(String type) throws IOException {
        program("""
                echo '{"cniVersion":"1.1.0","code":123,"msg":"pool is empty"}'
                exit 1
                """);
        String conf = """
                {"cniVersion":"1.1.0","name":"n","type":"%s","bridge":"br0","ipam":{"type":"looks"}}""".formatted(type);
        try (TestNetns pod = TestNetns.create("pod")) {
            PluginCall.Answer answer = call(type, "ADD", pod).run(conf);

            assertThat(answer.output()).contains("\"code\": 123", "pool is empty");
            assertThat(Ip.host().links()).noneMatch(name -> name.startsWith("veth"));
        }
    }

    private PluginCall call(String type, String verb, TestNetns pod) {
        return new PluginCall(Catalogue.all().get(type), new FfmLibc(), verb)
                .with("CNI_PATH", folder.toString())
                .attachment("c1", "/run/netns/" + pod.name(), "eth0");
    }
}
