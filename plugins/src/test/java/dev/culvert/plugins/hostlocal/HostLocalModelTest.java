// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.net.IpAddr;
import dev.culvert.plugins.hostlocal.Caller.Answer;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Thousands of random calls, and changes by others, against a model that walks candidates one by
 * one.
 */
class HostLocalModelTest {
    private static final int STEPS = 2500;
    private static final String RANGES = """
            "ranges": [[{"subnet": "10.0.0.0/28"},
                        {"subnet": "10.0.255.0/24", "rangeStart": "10.0.255.250", "gateway": "10.0.255.252"}],
                       [{"subnet": "2001:db8::/64", "rangeStart": "2001:db8::f0", "rangeEnd": "2001:db8::118"}]],
            "exclude": ["10.0.0.7", "2001:db8::100-2001:db8::104"]""";

    @TempDir
    Path dataDir;

    /** What the folder should hold. */
    private static final class Model {
        private final Map<String, String> leases = new TreeMap<>();
        private final Map<Integer, String> last = new TreeMap<>();
        private final List<List<String>> circles = List.of(circle4(), circle6());

        private static List<String> circle4() {
            List<String> circle = new ArrayList<>();
            for (int i = 2; i <= 14; i++) {
                if (i != 7) {
                    circle.add("10.0.0." + i);
                }
            }
            circle.addAll(List.of("10.0.255.250", "10.0.255.251", "10.0.255.253", "10.0.255.254"));
            return circle;
        }

        private static List<String> circle6() {
            List<String> circle = new ArrayList<>();
            for (int i = 0xf0; i <= 0x118; i++) {
                if (i < 0x100 || i > 0x104) {
                    circle.add("2001:db8::" + Integer.toHexString(i));
                }
            }
            return circle;
        }

        Optional<List<String>> add(String owner) {
            List<String> found = new ArrayList<>();
            for (int set = 0; set < 2; set++) {
                List<String> circle = circles.get(set);
                if (circle.stream().anyMatch(ip -> owner.equals(leases.get(ip)))) {
                    return Optional.empty();
                }
                int start = circle.indexOf(last.getOrDefault(set, "")) + 1;
                Optional<String> free = Optional.empty();
                for (int i = 0; i < circle.size() && free.isEmpty(); i++) {
                    String candidate = circle.get((start + i) % circle.size());
                    free = leases.containsKey(candidate) ? free : Optional.of(candidate);
                }
                if (free.isEmpty()) {
                    return Optional.empty();
                }
                found.add(free.get());
            }
            for (int set = 0; set < 2; set++) {
                leases.put(found.get(set), owner);
                last.put(set, found.get(set));
            }
            return Optional.of(found);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomCalls_agreeWithTheModel(long seed) throws Exception {
        Random random = new Random(seed);
        Network network = Network.in(dataDir);
        Caller caller = network.caller(RANGES);
        Model model = new Model();
        for (int step = 0; step < STEPS; step++) {
            String id = "c" + random.nextInt(24);
            String ifname = "eth" + random.nextInt(2);
            String what = "seed " + seed + " step " + step + " " + id + " " + ifname;
            switch (random.nextInt(20)) {
                case 0 -> foreign(network, model, random, id);
                case 1 -> gc(network, model, random);
                case 2, 3, 4, 5, 6, 7, 8 -> {
                    assertThat(caller.call("DEL", id, ifname).ok()).as(what).isTrue();
                    model.leases.values().removeIf((id + "\r\n" + ifname)::equals);
                }
                case 9 ->
                    assertThat(caller.status().ok())
                            .as(what)
                            .isEqualTo(model.circles.stream()
                                    .noneMatch(
                                            circle -> model.leases.keySet().containsAll(circle)));
                default -> {
                    Optional<List<String>> expected = model.add(id + "\r\n" + ifname);
                    Answer answer = caller.call("ADD", id, ifname);
                    assertThat(answer.ok()).as(what + answer).isEqualTo(expected.isPresent());
                    if (answer.ok()) {
                        assertThat(answer.addresses().stream()
                                        .map(text -> text.substring(0, text.indexOf('/'))))
                                .as(what)
                                .isEqualTo(expected.get());
                    }
                }
            }
            assertThat(network.leases()).as(what).isEqualTo(model.leases);
        }
    }

    private static void foreign(Network network, Model model, Random random, String id)
            throws Exception {
        String address = random.nextBoolean()
                ? IpAddr.parse("10.0.0.2").plus(random.nextInt(13)).toString()
                : IpAddr.parse("2001:db8::f0").plus(random.nextInt(40)).toString();
        switch (random.nextInt(4)) {
            case 0 -> {
                if (!model.leases.containsKey(address)) {
                    network.put(address, id + "x\r\neth0");
                    model.leases.put(address, id + "x\r\neth0");
                }
            }
            case 1 -> {
                if (model.leases.remove(address) != null) {
                    network.delete(address);
                }
            }
            case 2 -> Files.deleteIfExists(network.index());
            default -> {
                if (Files.exists(network.index())) {
                    byte[] bytes = Files.readAllBytes(network.index());
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
                    var time = Files.getLastModifiedTime(network.folder());
                    Files.write(network.index(), bytes);
                    Files.setLastModifiedTime(network.folder(), time);
                }
            }
        }
    }

    private static void gc(Network network, Model model, Random random) {
        List<String> keys = new ArrayList<>();
        List<String> valid = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            if (random.nextInt(3) > 0) {
                keys.add("{\"containerID\": \"c" + i + "\", \"ifname\": \"eth0\"}");
                valid.add("c" + i + "\r\neth0");
            }
        }
        Caller caller =
                Caller.of(network.conf("1.1.0", RANGES, "\"cni.dev/valid-attachments\": " + keys));
        assertThat(caller.gc().ok()).isTrue();
        model.leases.values().removeIf(owner -> !valid.contains(owner));
    }
}
