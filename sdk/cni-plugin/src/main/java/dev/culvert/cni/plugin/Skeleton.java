// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.cni.spec.VersionNumber;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonObject;
import dev.culvert.os.Netns;
import dev.culvert.os.Streams;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The part that all plugins have in common: reads the request, checks it, calls the plugin, prints.
 *
 * <p>Everything that can be refused is refused before the plugin is called; on standard output
 * leaves exactly one JSON object, or nothing where the verb has no result. (The reference compares
 * the namespaces only after the plugin has run, and then prints a result and an error.)
 *
 * @cni 1.1.0 SPEC "Execution protocol"
 */
public final class Skeleton {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;

    private final Libc libc;
    private final Plugin plugin;
    private final Environment environment;
    private final CallLog log;
    private String network = "";
    private String version = CniVersion.LATEST.text();
    private String logPath;

    private Skeleton(Libc libc, Plugin plugin) {
        this.libc = libc;
        this.plugin = plugin;
        this.environment = Environment.of(libc);
        this.log = new CallLog(libc);
        this.logPath = environment.get(Environment.LOG);
    }

    /**
     * Answers one call, without a text about the program.
     *
     * @return the exit code: 0, or 1 after an error object
     */
    public static int run(Libc libc, Plugin plugin) {
        return new Skeleton(libc, plugin).run();
    }

    /**
     * Answers one call; without CNI_COMMAND, as when people run the program, prints the text about
     * it on standard error instead.
     *
     * @param about the lines above the list of versions
     * @return the exit code: 0, or 1 after an error object
     */
    public static int run(Libc libc, Plugin plugin, Supplier<String> about) {
        Skeleton skeleton = new Skeleton(libc, plugin);
        if (!skeleton.environment.get(Environment.COMMAND).isEmpty()) {
            return skeleton.run();
        }
        Streams.complain(libc, about.get());
        Streams.complain(
                libc, "CNI protocol versions supported: " + String.join(", ", texts(plugin)));
        return 0;
    }

    /** Whether a runtime calls: else it is a person. */
    public static boolean isCalled(Libc libc) {
        return !Environment.of(libc).get(Environment.COMMAND).isEmpty();
    }

    private int run() {
        String output;
        Optional<CniException> error = Optional.empty();
        try {
            output = answer();
        } catch (RuntimeException e) {
            error = Optional.of(Translation.of(e, plugin.name()));
            output = error.get().encode(version).pretty();
            if (!environment.get(Environment.DEBUG).isEmpty()) {
                Streams.complain(libc, Translation.trace(e));
            }
        }
        // Before printing: the line is there when the caller acts on the answer.
        writeLog(error);
        int written = Streams.writeAll(libc, STDOUT, output);
        if (written < 0) {
            Streams.complain(libc, "write standard output: " + Errno.describe(written));
            return 1;
        }
        return error.isPresent() ? 1 : 0;
    }

    private String answer() {
        String command = environment.get(Environment.COMMAND);
        if (command.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_ENVIRONMENT,
                    "required env variables [" + Environment.COMMAND + "] missing");
        }
        Optional<Verb> found = Verb.find(command);
        if (found.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_ENVIRONMENT,
                    "unknown CNI_COMMAND: " + command,
                    "known are ADD, DEL, CHECK, GC, STATUS, VERSION");
        }
        Verb verb = found.get();
        environment.require(verb);
        if (verb == Verb.VERSION) {
            return versions();
        }
        String stdin = readStdin();
        NetConf conf = NetConf.parse(stdin);
        network = conf.name();
        version = conf.cniVersion().isEmpty() ? CniVersion.V0_1_0.text() : conf.cniVersion();
        checkVersion(verb, conf);
        wantLog(conf);
        if (environment.isOn(Environment.IPAM) && !plugin.isIpam(conf)) {
            return refuseAsIpam(verb, conf);
        }
        Call call = new Call(libc, verb, environment, stdin, log);
        String path = environment.get(Environment.NETNS);
        if (path.isEmpty() || plugin.isIpam(conf)) {
            return call(request(call, conf, Optional.empty()));
        }
        try (NetnsPath netns = NetnsPath.look(libc, path)) {
            boolean ownAllowed = environment.isOn(Environment.NETNS_OVERRIDE);
            if (verb.needsNetns()) {
                netns.require(ownAllowed);
            }
            return call(request(call, conf, netns.usable(ownAllowed)));
        }
    }

    /**
     * This plugin is named as another's IPAM plugin, by mistake: serving the call would start it
     * for ever. There is nothing of it to remove.
     */
    private static String refuseAsIpam(Verb verb, NetConf conf) {
        if (verb == Verb.DEL || verb == Verb.GC) {
            return "";
        }
        throw new CniException(
                CniErrorCode.INVALID_NETWORK_CONFIG,
                "ipam.type: \"" + conf.ipamType() + "\" is no IPAM plugin",
                "wanted: host-local, static, dhcp or another that gives addresses");
    }

    private String readStdin() {
        try {
            return Streams.readAll(libc, STDIN, "standard input");
        } catch (ErrnoException e) {
            throw new CniException(
                    CniErrorCode.IO_FAILURE, "error reading from stdin: " + e.getMessage());
        }
    }

    private void checkVersion(Verb verb, NetConf conf) {
        String configured = conf.cniVersion();
        if (verb.since() != CniVersion.V0_1_0) {
            VersionNumber number = VersionNumber.parse(configured);
            if (!number.isAtLeast(verb.since())) {
                throw incompatible("config version does not allow " + verb, configured);
            }
            boolean allowed = plugin.versions().stream()
                    .anyMatch(own -> VersionNumber.of(own).compareTo(number) >= 0);
            if (!allowed) {
                throw incompatible("plugin version does not allow " + verb, configured);
            }
        }
        Optional<CniVersion> known = CniVersion.find(configured);
        if (known.isEmpty() || !plugin.versions().contains(known.get())) {
            throw incompatible("incompatible CNI versions", configured);
        }
    }

    private CniException incompatible(String msg, String configured) {
        return new CniException(
                CniErrorCode.INCOMPATIBLE_CNI_VERSION,
                msg,
                "config is \"" + configured + "\", plugin supports [\""
                        + String.join("\" \"", texts(plugin)) + "\"]");
    }

    private void wantLog(NetConf conf) {
        logPath = logPath.isEmpty() ? conf.culvert().log() : logPath;
        if (!logPath.isEmpty()) {
            log.want();
        }
    }

    private static Request request(Call call, NetConf conf, Optional<Netns> netns) {
        Request request = new Request(call, conf, netns);
        request.deleteWord();
        if (call.verb() == Verb.GC) {
            conf.validAttachments();
        }
        return request;
    }

    private String call(Request request) {
        return request.verb().call(plugin, request).map(Answer::text).orElse("");
    }

    private String versions() {
        return JsonObject.builder()
                        .put("cniVersion", CniVersion.LATEST.text())
                        .put("supportedVersions", JsonArray.ofStrings(texts(plugin)))
                        .build()
                        .compact()
                + "\n";
    }

    private static List<String> texts(Plugin plugin) {
        List<String> texts = new ArrayList<>();
        for (CniVersion own : plugin.versions()) {
            texts.add(own.text());
        }
        return texts;
    }

    private void writeLog(Optional<CniException> error) {
        if (logPath.isEmpty()) {
            return;
        }
        String command = environment.get(Environment.COMMAND);
        int written = log.append(
                libc,
                logPath,
                new CallLog.Line(command, plugin.name(), network, environment, error));
        if (written < 0) {
            Streams.complain(libc, "append to log " + logPath + ": " + Errno.describe(written));
        }
    }
}
