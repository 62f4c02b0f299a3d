// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonNumber;
import dev.culvert.json.JsonObject;
import dev.culvert.json.JsonString;
import dev.culvert.testkit.Witness;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What ip(8) says about a namespace's links, addresses and routes. */
public record Ip(Witness witness) {
    /** In the calling thread's namespace: the host of a test. */
    public static Ip host() {
        return new Ip(new Witness());
    }

    /** Runs ip with the words, which are separated by blanks. */
    public String run(String words) {
        return witness.run(("ip " + words).split(" "));
    }

    /** The same for several commands in one process, a line each. */
    public void batch(String lines) {
        witness.runWith(lines, "ip", "-batch", "-");
    }

    /** A file, such as one under /sys; without the newline at its end. */
    public String read(String file) {
        return witness.run("cat", file).strip();
    }

    /** A setting under /proc/sys. */
    public String sysctl(String key) {
        return read("/proc/sys/" + key);
    }

    /** Changes a setting under /proc/sys. */
    public void sysctl(String key, String value) {
        witness.run("sh", "-c", "echo " + value + " >/proc/sys/" + key);
    }

    /** The names of the links but lo. */
    public List<String> links() {
        return witness.links().stream().filter(name -> !name.equals("lo")).toList();
    }

    public boolean hasLink(String name) {
        return links().contains(name);
    }

    /** A link with its details. */
    public Shown link(String name) {
        return new Shown(((JsonArray) Json.parse(run("-d -j link show dev " + name)))
                .items()
                .getFirst());
    }

    /**
     * The addresses of a link with prefix lengths, those excepted that the kernel makes for every
     * IPv6 link.
     */
    public List<String> addresses(String link) {
        List<String> addresses = new ArrayList<>();
        for (Json item : list("-j addr show dev " + link)) {
            for (Json address : new Shown(item).list("addr_info")) {
                Shown shown = new Shown(address);
                String text = shown.text("local") + "/" + shown.text("prefixlen");
                if (!text.matches("fe80:.*/64")) {
                    addresses.add(text);
                }
            }
        }
        return addresses;
    }

    /**
     * The routes of both families, as ip prints them, those excepted that the kernel makes for
     * every IPv6 link.
     */
    public List<String> routes() {
        return (run("-4 route show") + run("-6 route show"))
                .lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("fe80::/64"))
                .toList();
    }

    private List<Json> list(String words) {
        String output = run(words);
        return output.isBlank() ? List.of() : ((JsonArray) Json.parse(output)).items();
    }

    /** A value that ip printed, with its parts by name. */
    public record Shown(Json json) {
        /** The text or number at the path; empty if it is not there. */
        public String text(String... path) {
            return switch (at(path).orElse(new JsonString(""))) {
                case JsonString string -> string.value();
                case JsonNumber number -> number.text();
                case Json other -> other.compact();
            };
        }

        public boolean is(String name, String value) {
            return text(name).equals(value);
        }

        /** Whether a link has a flag, such as UP or PROMISC. */
        public boolean has(String flag) {
            return list("flags").contains(new JsonString(flag));
        }

        List<Json> list(String name) {
            return at(name).map(found -> ((JsonArray) found).items()).orElse(List.of());
        }

        private Optional<Json> at(String... path) {
            Optional<Json> found = Optional.of(json);
            for (String name : path) {
                found = found.flatMap(value -> ((JsonObject) value).find(name));
            }
            return found;
        }
    }
}
