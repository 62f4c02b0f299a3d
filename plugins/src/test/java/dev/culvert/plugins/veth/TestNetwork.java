// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.host.Mark;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;
import dev.culvert.json.JsonString;
import dev.culvert.plugins.PluginCall;
import dev.culvert.plugins.bridge.BridgePlugin;
import dev.culvert.plugins.dummy.DummyPlugin;
import dev.culvert.plugins.ipvlan.IpvlanPlugin;
import dev.culvert.plugins.macvlan.MacvlanPlugin;
import dev.culvert.plugins.portmap.PortmapPlugin;
import dev.culvert.plugins.ptp.PtpPlugin;
import dev.culvert.plugins.tap.TapPlugin;
import dev.culvert.plugins.tuning.TuningPlugin;
import dev.culvert.plugins.vlan.VlanPlugin;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network of a test: a plugin, its configuration, and calls with it as a runtime makes them.
 * Immutable: the methods that begin with "with" answer a changed copy, and copies share their IPAM.
 */
public final class TestNetwork {
    private static final Libc LIBC = new FfmLibc();

    private final Plugin plugin;
    private final FixedIpam ipam;
    private final Libc libc;
    private final JsonObject conf;
    private final Map<String, String> environment;

    private TestNetwork(
            Plugin plugin,
            FixedIpam ipam,
            Libc libc,
            JsonObject conf,
            Map<String, String> environment) {
        this.plugin = plugin;
        this.ipam = ipam;
        this.libc = libc;
        this.conf = conf;
        this.environment = environment;
    }

    /** A network without further keys, served by bridge, without IPAM. */
    public static TestNetwork bridge(String name) {
        FixedIpam ipam = new FixedIpam();
        return of(BridgePlugin.of(new Ipam(Map.of(ipam.name(), ipam))), ipam, name);
    }

    /** A network without further keys, served by ptp, without IPAM. */
    public static TestNetwork ptp(String name) {
        FixedIpam ipam = new FixedIpam();
        return of(PtpPlugin.of(new Ipam(Map.of(ipam.name(), ipam))), ipam, name);
    }

    /** A network without further keys, served by macvlan, without IPAM. */
    public static TestNetwork macvlan(String name) {
        FixedIpam ipam = new FixedIpam();
        return of(MacvlanPlugin.of(new Ipam(Map.of(ipam.name(), ipam))), ipam, name);
    }

    /** A network without further keys, served by tap, without IPAM. */
    public static TestNetwork tap(String name) {
        FixedIpam ipam = new FixedIpam();
        return of(TapPlugin.of(new Ipam(Map.of(ipam.name(), ipam))), ipam, name);
    }

    /** A network without further keys, served by ipvlan, vlan or dummy, without IPAM. */
    public static TestNetwork upper(String plugin, String name) {
        FixedIpam ipam = new FixedIpam();
        Ipam plugins = new Ipam(Map.of(ipam.name(), ipam));
        return switch (plugin) {
            case "ipvlan" -> of(IpvlanPlugin.of(plugins), ipam, name);
            case "vlan" -> of(VlanPlugin.of(plugins), ipam, name);
            case "dummy" -> of(DummyPlugin.of(plugins), ipam, name);
            default -> throw new IllegalArgumentException(plugin);
        };
    }

    /** The tuning plugin of a chain. */
    public static TestNetwork tuning(String name) {
        return of(TuningPlugin.create(), new FixedIpam(), name);
    }

    /** The portmap plugin of a chain. */
    public static TestNetwork portmap(String name) {
        return of(PortmapPlugin.create(), new FixedIpam(), name);
    }

    private static TestNetwork of(Plugin plugin, FixedIpam ipam, String name) {
        JsonObject conf = JsonObject.builder()
                .put("cniVersion", "1.1.0")
                .put("name", name)
                .put("type", plugin.name())
                .build();
        return new TestNetwork(plugin, ipam, LIBC, conf, Map.of());
    }

    private TestNetwork with(JsonObject other) {
        return new TestNetwork(plugin, ipam, libc, other, environment);
    }

    /** With a key of the configuration; the value is JSON. */
    public TestNetwork with(String key, String json) {
        return with(conf.toBuilder().put(key, Json.parse(json)).build());
    }

    public TestNetwork without(String key) {
        return with(conf.toBuilder().remove(key).build());
    }

    public TestNetwork withVersion(String version) {
        return with("cniVersion", "\"" + version + "\"");
    }

    /** With addresses from IPAM: "10.1.0.2/24", or "10.1.0.2/24 via 10.1.0.1" with its gateway. */
    public TestNetwork withIps(String... addresses) {
        List<String> ips = new ArrayList<>();
        for (String address : addresses) {
            String[] parts = address.split(" via ");
            ips.add("{\"address\":\"" + parts[0] + "\""
                    + (parts.length > 1 ? ",\"gateway\":\"" + parts[1] + "\"" : "") + "}");
        }
        return withIpam("ips", "[" + String.join(",", ips) + "]");
    }

    /** With routes from IPAM, JSON objects each. */
    public TestNetwork withRoutes(String... routes) {
        return withIpam("routes", "[" + String.join(",", routes) + "]");
    }

    /** With a key of the IPAM configuration; the value is JSON. */
    public TestNetwork withIpam(String key, String json) {
        JsonObject old = (JsonObject) conf.find("ipam").orElse(JsonObject.EMPTY);
        JsonObject changed = old.toBuilder()
                .put("type", ipam.name())
                .put(key, Json.parse(json))
                .build();
        return with(conf.toBuilder().put("ipam", changed).build());
    }

    /** With a previous result, as in CHECK and DEL. */
    public TestNetwork withResult(Attached attached) {
        return with("prevResult", attached.text());
    }

    /** With a variable of the environment. */
    public TestNetwork withVariable(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new TestNetwork(plugin, ipam, libc, conf, more);
    }

    /** Over other system calls. */
    public TestNetwork over(Libc other) {
        return new TestNetwork(plugin, ipam, other, conf, environment);
    }

    public FixedIpam ipam() {
        return ipam;
    }

    public String name() {
        return ((JsonString) conf.find("name").orElseThrow()).value();
    }

    /** The name of the host's end of a container's pair. */
    public String hostLink(Pod pod) {
        return new Mark(name(), pod.id(), pod.ifname()).hostLinkName();
    }

    /** One call; the namespace may be another than the container's, or empty. */
    public PluginCall.Answer call(String verb, Pod pod, String netns) {
        PluginCall call =
                new PluginCall(plugin, libc, verb).attachment(pod.id(), netns, pod.ifname());
        environment.forEach(call::with);
        return call.run(conf.compact());
    }

    /** One call without an attachment: GC, STATUS. */
    public PluginCall.Answer call(String verb) {
        PluginCall call = new PluginCall(plugin, libc, verb);
        environment.forEach(call::with);
        return call.run(conf.compact());
    }

    public PluginCall.Answer call(String verb, Pod pod) {
        return call(verb, pod, pod.path());
    }

    /** Attaches the container. */
    public Attached add(Pod pod) {
        return new Attached(succeeded("ADD", call("ADD", pod)));
    }

    /** Detaches the container. */
    public void del(Pod pod) {
        succeeded("DEL", call("DEL", pod));
    }

    /** Removes all but the attachments of these containers. */
    public void gc(Pod... valid) {
        succeeded("GC", keeping(valid).call("GC"));
    }

    /** With these containers as the valid attachments. */
    public TestNetwork keeping(Pod... valid) {
        List<String> keys = new ArrayList<>();
        for (Pod pod : valid) {
            keys.add("{\"containerID\":\"" + pod.id() + "\",\"ifname\":\"" + pod.ifname() + "\"}");
        }
        return with("cni.dev/valid-attachments", "[" + String.join(",", keys) + "]");
    }

    /** A call that must fail. */
    public Refusal refused(String verb, Pod pod) {
        return Refusal.of(verb, call(verb, pod));
    }

    private static String succeeded(String verb, PluginCall.Answer answer) {
        if (answer.code() != 0) {
            throw new AssertionError(verb + ": " + answer.output() + answer.error());
        }
        return answer.output();
    }

    /** The result of an ADD. */
    public record Attached(String text) {
        public CniResult result() {
            Fields fields = Fields.of((JsonObject) Json.parse(text));
            return CniResult.decode(
                    fields, CniVersion.find(fields.string("cniVersion", "")).orElseThrow());
        }

        /** The hardware address of an interface in the result. */
        public String mac(String link) {
            return result().interfaces().stream()
                    .filter(found -> found.name().equals(link))
                    .findFirst()
                    .orElseThrow()
                    .mac();
        }
    }

    /** An error object. */
    public record Refusal(int code, String msg, String details) {
        /** From an answer that must be one. */
        public static Refusal of(String verb, PluginCall.Answer answer) {
            if (answer.code() == 0) {
                throw new AssertionError(verb + " succeeded: " + answer.output());
            }
            Fields error = Fields.of(answer.json());
            return new Refusal(
                    (int) error.integer("code", 0, Fields.Range.INT),
                    error.string("msg", ""),
                    error.string("details", ""));
        }
    }
}
