// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import dev.culvert.base.Utf8;
import dev.culvert.cni.plugin.FileNames;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Skeleton;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.os.Files;
import dev.culvert.plugins.Catalogue;
import dev.culvert.plugins.hostlocal.Leases;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One program that is every plugin: the name that it is called by says which, with any prefix
 * before a dash. Under a name that is no plugin's it is the one that the configuration's
 * {@code type} names. Without CNI_COMMAND a person has called it: then it tells what it is, or puts
 * itself in place.
 */
final class Culvert {
    static final String NAME = "culvert";
    static final String VERSION = "0.1.0";

    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int MAX_ARGUMENTS = 1 << 20;
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final Libc libc;
    private final String name;
    private final Map<String, Plugin> plugins = Catalogue.all();

    /** @param program the name that it was called by, possibly with a path */
    Culvert(Libc libc, String program) {
        this.libc = libc;
        this.name = program.substring(program.lastIndexOf('/') + 1);
    }

    /** Answers the exit code. */
    int run() {
        if (Skeleton.isCalled(libc)) {
            return Skeleton.run(libc, plugin());
        }
        try {
            return command(arguments());
        } catch (ErrnoException e) {
            return fail(FAILED, e.getMessage());
        }
    }

    private Plugin plugin() {
        return FileNames.find(plugins, name).orElseGet(() -> new ByType(plugins));
    }

    /** Those after the program's name, from /proc, byte for byte. */
    private List<String> arguments() {
        String line = Utf8.decode(new Files(libc).get("/proc/self/cmdline", MAX_ARGUMENTS));
        List<String> arguments = new ArrayList<>();
        int start = line.indexOf('\0') + 1;
        while (start > 0 && start < line.length()) {
            int end = line.indexOf('\0', start);
            arguments.add(line.substring(start, end < 0 ? line.length() : end));
            start = end + 1;
        }
        return arguments;
    }

    /** What a person asked for. */
    int command(List<String> arguments) {
        if (arguments.isEmpty()) {
            say(STDERR, about() + "\n" + usage());
            return DONE;
        }
        return switch (arguments.get(0)) {
            case "--version", "version" -> tell(NAME + " " + VERSION + "\n");
            case "--help", "-h", "help" -> tell(about() + "\n" + usage());
            case "install" -> install(arguments.subList(1, arguments.size()));
            case "leases" -> leases(arguments.subList(1, arguments.size()));
            default -> misuse("unknown argument " + arguments.get(0));
        };
    }

    private int install(List<String> arguments) {
        List<String> folders = new ArrayList<>(arguments);
        boolean undo = folders.remove("--undo");
        Optional<String> prefix = Optional.empty();
        int option = folders.indexOf("--prefix");
        if (option >= 0 && option + 1 < folders.size()) {
            prefix = Optional.of(folders.get(option + 1));
            folders.subList(option, option + 2).clear();
        }
        if (folders.size() != 1 || folders.get(0).isEmpty() || folders.get(0).startsWith("-")) {
            return misuse("install wants one folder");
        }
        if (prefix.isPresent() && (undo || !isPrefix(prefix.get()))) {
            return misuse("--prefix wants letters and digits with a dash behind, and no --undo");
        }
        Install install = new Install(libc, folders.get(0));
        if (undo) {
            return tell(install.undo());
        }
        return tell(install.run("/proc/self/exe", names(prefix.orElse(""))));
    }

    /** Of a name that is a file in the folder, and that {@link FileNames} finds the plugin by. */
    private static boolean isPrefix(String text) {
        for (int i = 0; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')) {
                return false;
            }
        }
        return text.length() > 1 && text.endsWith("-");
    }

    private List<String> names(String prefix) {
        List<String> names = new ArrayList<>();
        plugins.keySet().forEach(plugin -> names.add(prefix + plugin));
        names.add(NAME);
        return names;
    }

    private int leases(List<String> arguments) {
        List<String> folders = new ArrayList<>(arguments);
        boolean free = folders.remove("--free");
        int output = folders.indexOf("-o");
        boolean json = output >= 0
                && output + 1 < folders.size()
                && folders.get(output + 1).equals("json");
        if (json) {
            folders.subList(output, output + 2).clear();
        }
        if (folders.size() > 1 || !folders.isEmpty() && folders.get(0).startsWith("-")) {
            return misuse("leases wants one folder, --free, -o json");
        }
        String folder = folders.isEmpty() ? Leases.DATA_DIR : folders.get(0);
        LeaseReport report = new LeaseReport(new Leases(libc, folder), free);
        return tell(json ? report.json() : report.text());
    }

    private int tell(String text) {
        return say(STDOUT, text) ? DONE : FAILED;
    }

    private int misuse(String problem) {
        fail(MISUSED, problem);
        say(STDERR, usage());
        return MISUSED;
    }

    private int fail(int code, String problem) {
        say(STDERR, NAME + ": " + Printable.of(problem) + "\n");
        return code;
    }

    private boolean say(int fd, String text) {
        byte[] data = Utf8.encode(text);
        int done = 0;
        while (done < data.length) {
            int written = libc.write(fd, data, done, data.length - done);
            if (written <= 0) {
                return false;
            }
            done += written;
        }
        return true;
    }

    /**
     * Schedulers take the first word that reads as a semantic version for that of the plugins and
     * want a recent one: so the version of CNI comes before ours.
     */
    private String about() {
        StringBuilder text = new StringBuilder();
        text.append("CNI ")
                .append(FileNames.find(plugins, name).map(Plugin::name).orElse(NAME))
                .append(" plugin for CNI ")
                .append(CniVersion.LATEST)
                .append(" of ")
                .append(NAME)
                .append(' ')
                .append(VERSION)
                .append('\n');
        text.append("One program for all of: ")
                .append(String.join(", ", plugins.keySet()))
                .append('\n');
        text.append("CNI protocol versions supported: ");
        String separator = "";
        for (CniVersion version : CniVersion.all()) {
            text.append(separator).append(version.text());
            separator = ", ";
        }
        return text.append('\n').toString();
    }

    private static String usage() {
        return """
                A container runtime calls it with CNI_COMMAND set and a configuration on standard input.
                To put it where a runtime looks (usually /opt/cni/bin):

                  culvert install DIR         under every plugin's name, one file; keeps what it replaces
                  culvert install --prefix P- DIR  under P-bridge, P-ptp, ..., beside what is there
                  culvert install --undo DIR  brings back exactly what was there before
                  culvert leases [DIR]        the addresses that host-local has given; -o json for machines
                  culvert leases --free [DIR] frees those from before the last start of this machine
                  culvert --version
                """;
    }
}
