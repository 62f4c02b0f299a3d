// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.cni.plugin.Skeleton;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.ScriptedLibc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls host-local as a runtime does: environment and standard input in, one JSON object out. */
final class Caller {
    private final Libc libc;
    private final String conf;
    private String cniArgs = "";

    /** What came out. */
    record Answer(int exit, String output) {
        boolean ok() {
            return exit == 0;
        }

        Fields json() {
            return Fields.of((JsonObject) Json.parse(output));
        }

        int code() {
            return (int) json().integer("code", 0, Fields.Range.INT);
        }

        String msg() {
            return json().string("msg", "");
        }

        String details() {
            return json().string("details", "");
        }

        List<String> addresses() {
            return json().list("ips").stream()
                    .map(ip -> ip.object().string("address", ""))
                    .toList();
        }

        String address() {
            return addresses().getFirst();
        }
    }

    Caller(Libc libc, String conf) {
        this.libc = libc;
        this.conf = conf;
    }

    static Caller of(String conf) {
        return new Caller(new FfmLibc(), conf);
    }

    Caller with(Libc other) {
        return new Caller(other, conf).args(cniArgs);
    }

    Caller with(FaultLibc faults) {
        return with(faults.libc());
    }

    Caller args(String text) {
        cniArgs = text;
        return this;
    }

    Answer add(String id) {
        return call("ADD", id, "eth0");
    }

    Answer del(String id) {
        return call("DEL", id, "eth0");
    }

    Answer check(String id) {
        return call("CHECK", id, "eth0");
    }

    Answer gc() {
        return call("GC", "", "");
    }

    Answer status() {
        return call("STATUS", "", "");
    }

    Answer call(String verb, String id, String ifname) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("CNI_COMMAND", verb);
        environment.put("CNI_CONTAINERID", id);
        environment.put(
                "CNI_NETNS", verb.equals("ADD") || verb.equals("CHECK") ? "/proc/self/ns/net" : "");
        environment.put("CNI_IFNAME", ifname);
        environment.put("CNI_ARGS", cniArgs);
        environment.put("CNI_PATH", "/nowhere");
        environment.put("CNI_NETNS_OVERRIDE", "1");
        ScriptedLibc process = new ScriptedLibc(libc, environment, conf);
        int exit = Skeleton.run(process.libc(), new HostLocalPlugin());
        return new Answer(exit, process.output());
    }

    /** Closes what a killed or hindered call left open, as the kernel does when a process ends. */
    static void closeLeaked(FaultLibc faults) {
        List<Integer> open = new ArrayList<>();
        for (FaultLibc.Call call : faults.calls()) {
            if (call.name().startsWith("open") && (int) call.answer() >= 0) {
                open.add((Integer) call.answer());
            } else if (call.name().equals("close") && !call.failed()) {
                open.remove((Integer) Integer.parseInt(call.arguments()));
            }
        }
        Libc real = new FfmLibc();
        open.forEach(real::close);
    }
}
