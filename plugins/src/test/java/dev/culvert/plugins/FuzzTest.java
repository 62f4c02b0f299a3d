// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Skeleton;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.testkit.Mutations;
import dev.culvert.testkit.ScriptedLibc;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls that are wrong at random, to plugins on a kernel that has a namespace and refuses all else.
 * Whatever comes, there is one object or nothing on standard output, and never is it a bug's.
 */
final class FuzzTest {
    private static final int CALLS = 10_000;
    private static final long SEED = Long.getLong("culvert.seed", 20_260_101);
    private static final List<String> VERBS =
            List.of("ADD", "ADD", "ADD", "DEL", "CHECK", "GC", "STATUS", "VERSION");
    private static final String RESULT = """
            {"cniVersion":"1.1.0","interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01","sandbox":"/ns"}],
             "ips":[{"address":"10.1.0.2/24","gateway":"10.1.0.1","interface":0}],"routes":[{"dst":"0.0.0.0/0"}],
             "dns":{"nameservers":["10.0.0.1"]}}""";
    private static final String COMMON = """
            {"cniVersion":"1.1.0","name":"net","type":"bridge","bridge":"br0","isGateway":true,"isDefaultGateway":false,
             "mtu":1400,"ipMasq":true,"ipMasqBackend":"nftables","vlan":0,"vlanTrunk":[],"hairpinMode":false,
             "gatewayStyle":"address","dns":{"nameservers":["10.0.0.1"],"search":["a"],"options":[]},
             "args":{"cni":{"mac":"02:00:00:00:00:02","ips":["10.1.0.9"]}},"culvert":{"delete":"auto"},
             "runtimeConfig":{"mac":"02:00:00:00:00:03","ips":["10.1.0.8/24"],"ipRanges":[[{"subnet":"10.5.0.0/24"}]]},
             "cni.dev/valid-attachments":[{"containerID":"c1","ifname":"eth0"}],"prevResult":""" + RESULT + ",";
    private static final List<String> SEEDS = List.of(COMMON + """
                    "ipam":{"type":"host-local","ranges":[[{"subnet":"10.1.0.0/24","rangeStart":"10.1.0.5",
                     "rangeEnd":"10.1.0.99","gateway":"10.1.0.1"}],[{"subnet":"fd01::/64"}]],"exclude":["10.1.0.7-10.1.0.9"],
                     "routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1","mtu":1300,"table":5,"scope":0}],"dataDir":"/data",
                     "resolvConf":"/etc/resolv.conf","reclaim":"never","subnet":"10.9.0.0/24"}}""", COMMON + """
                    "ipam":{"type":"static","addresses":[{"address":"10.1.0.7/24","gateway":"10.1.0.1"}],
                     "routes":[{"dst":"::/0","gw":"fd01::1","priority":7}],"dns":{"domain":"x"}}}""");
    private static final List<String> ARGS = List.of(
            "",
            "IP=10.1.0.3",
            "IP=10.1.0.3/24;GATEWAY=10.1.0.1",
            "MAC=02:00:00:00:00:04",
            "IgnoreUnknown=1;K8S_POD_NAME=a",
            "IgnoreUnknown=1;IP=,;GATEWAY=,",
            ";;",
            "=",
            "IP=",
            "A=B=C",
            "IP=x,y");

    private final Mutations random = new Mutations(SEED);
    private final Map<String, Plugin> plugins = Catalogue.all();

    @Test
    void callsThatAreWrongAtRandom_neverFindABug() {
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            Map<String, Integer> codes = new LinkedHashMap<>();
            List<String> names = new ArrayList<>(plugins.keySet());
            for (int i = 0; i < CALLS; i++) {
                String plugin = random.pick(names);
                Map<String, String> environment = environment();
                byte[] input = random.bytes(Json.parse(random.pick(SEEDS)));
                codes.merge(call(i, plugin, environment, input), 1, Integer::sum);
            }
            // Not all stop at the same door.
            assertThat(codes.keySet())
                    .contains("ok", "1", "4", "6", "7", "104")
                    .hasSizeGreaterThan(8);
        });
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("CNI_COMMAND", random.pick(VERBS));
        environment.put("CNI_CONTAINERID", random.once(30) ? random.value() : "c1");
        environment.put("CNI_NETNS", random.once(30) ? random.value() : "/ns");
        environment.put("CNI_IFNAME", random.once(30) ? random.value() : "eth0");
        environment.put("CNI_ARGS", random.once(3) ? random.pick(ARGS) : "");
        environment.put("CNI_PATH", random.once(10) ? random.value() : "/none");
        environment.put("CULVERT_DELETE", random.once(50) ? random.value() : "");
        environment.values().removeIf(value -> value.indexOf('\0') >= 0);
        return environment;
    }

    /** Answers the code, or "ok". */
    private String call(int number, String plugin, Map<String, String> environment, byte[] input) {
        ScriptedLibc process = new ScriptedLibc(refusing(), environment, input);
        String what = "call " + number + " of seed " + SEED + ": " + plugin + " " + environment
                + " <<< "
                + new String(input, StandardCharsets.UTF_8);
        try {
            int code = Skeleton.run(process.libc(), plugins.get(plugin));
            Json printed =
                    process.output().isEmpty() ? JsonObject.EMPTY : Json.parse(process.output());
            if (code == 0) {
                return "ok";
            }
            Fields error = Fields.of((JsonObject) printed);
            long found = error.integer("code", 999, Fields.Range.INT);
            assertThat(found).as("%s: %s", what, process.output()).isNotEqualTo(999);
            assertThat(error.string("msg", "")).as(what).isNotEmpty();
            return Long.toString(found);
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    /** A kernel where /ns is a namespace, nothing else exists, and nothing is allowed. */
    private static Libc refusing() {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "open" ->
                        arguments[0].equals("/ns")
                                ? 7
                                : arguments[0].equals("/proc/thread-self/ns/net")
                                        ? 8
                                        : Errno.ENOENT.negated();
                    case "fsType" -> (long) Linux.NSFS_MAGIC;
                    case "statx" -> arguments[0].equals(7) ? 0 : Errno.ENOENT.negated();
                    case "clockNanos" -> 0L;
                    case "close", "setns" -> 0;
                    case "exit" -> null;
                    default ->
                        method.getReturnType() == long.class
                                ? (Object) (long) Errno.EPERM.negated()
                                : (Object) Errno.EPERM.negated();
                });
    }
}
