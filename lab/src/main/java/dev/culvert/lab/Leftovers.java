// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.json.Field;
import dev.culvert.json.Json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What is still there after everything was detached, as {@code ip}, {@code nft} and the file system
 * show it. What attachments share stays: the bridge, and tables and chains without anything of an
 * attachment in them.
 */
final class Leftovers {
    private static final Path LEASES = Path.of("/var/lib/cni");
    private static final long PROCESS_LIMIT_NANOS = 1_000_000_000L;

    private final Lab lab;
    private final Report report;
    private final TreeSet<String> linksBefore;
    private final List<String> names = new ArrayList<>();

    /** Looks at the links that the host has before anything is attached. */
    Leftovers(Lab lab, Report report) {
        this.lab = lab;
        this.report = report;
        linksBefore = new TreeSet<>(links("ip", "-j", "link"));
    }

    /** Remembers what an attachment could be recognised by. */
    void watch(Attachment attachment, CniAnswer answer) {
        names.add(attachment.containerId());
        answer.addresses().forEach(address -> names.add(address.address().toString()));
        answer.hostLinks().stream().filter(link -> !isBridge(attachment, link)).forEach(names::add);
    }

    /** Takes links that somebody else has made by now as not ours. */
    void admitOthers() {
        links("ip", "-j", "link").stream()
                .filter(link -> !names.contains(link))
                .forEach(linksBefore::add);
    }

    /** Whether a link is the one that an attachment shares with others. */
    static boolean isBridge(Attachment attachment, String link) {
        return attachment.network().plugins().stream()
                .anyMatch(plugin -> plugin.find("bridge")
                        .map(Json::compact)
                        .orElse("")
                        .equals("\"" + link + "\""));
    }

    /** Puts it to the test. */
    void check(List<Attachment> attachments, Path bin) {
        checkHostLinks(attachments);
        for (Netns container : lab.containers()) {
            List<String> links = links("ip", "-n", container.name(), "-j", "link");
            report.check(
                    "links in " + container.name(),
                    links.equals(List.of("lo")),
                    String.join(", ", links));
        }
        checkText(
                "routes and neighbours on the host",
                List.of("ip -4 route show table all", "ip -6 route show table all", "ip neighbour"),
                "none of an attachment");
        checkText(
                "rules, sets and maps", List.of("nft -j list ruleset"), "nothing of an attachment");
        checkLeases();
        checkProcesses(bin);
    }

    private void checkHostLinks(List<Attachment> attachments) {
        List<String> now = links("ip", "-j", "link");
        List<String> more =
                now.stream().filter(link -> !linksBefore.contains(link)).toList();
        List<String> left = more.stream()
                .filter(link ->
                        attachments.stream().noneMatch(attachment -> isBridge(attachment, link)))
                .toList();
        List<String> said = new ArrayList<>(linksBefore);
        more.forEach(
                link -> said.add(link + (left.contains(link) ? " (left)" : " (shared, stays)")));
        report.check("links on the host", left.isEmpty(), String.join(", ", said));
    }

    private static List<String> links(String... command) {
        return new Field("", Json.parse(Ran.of(List.of(command)).ok()))
                .list().stream()
                        .map(link -> link.object().string("ifname", ""))
                        .sorted()
                        .toList();
    }

    /** No name and no address of an attachment may be anywhere in what these commands print. */
    private void checkText(String what, List<String> commands, String good) {
        StringBuilder text = new StringBuilder();
        commands.forEach(
                command -> text.append(Ran.of(List.of(command.split(" "))).ok()));
        List<String> left =
                names.stream().filter(name -> mentions(text.toString(), name)).toList();
        report.check(
                what,
                left.isEmpty(),
                left.isEmpty() ? good : "still there: " + String.join(", ", left));
    }

    /** Whether a text has a word; 10.22.0.2 is not in 10.22.0.20, nor fd00::2 in fd00::22. */
    static boolean mentions(String text, String word) {
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            if ((at == 0 || isBorder(text.charAt(at - 1)))
                    && (end == text.length() || isBorder(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBorder(char c) {
        return !Character.isLetterOrDigit(c) && c != '.' && c != ':';
    }

    private void checkLeases() {
        List<String> files = new ArrayList<>();
        if (Files.isDirectory(LEASES)) {
            try (Stream<Path> paths = Files.walk(LEASES)) {
                paths.filter(Files::isRegularFile)
                        .forEach(file -> files.add(file.getFileName().toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        // The reference writes an IPv6 address with _ for : in some releases.
        List<String> left = names.stream()
                .filter(name -> files.contains(name) || files.contains(name.replace(':', '_')))
                .toList();
        report.check(
                "leases in " + LEASES,
                left.isEmpty(),
                left.isEmpty() ? "none" : "still there: " + String.join(", ", left));
    }

    /** DEL may leave a process to wait for the kernel, for a moment. */
    private void checkProcesses(Path bin) {
        long deadline = System.nanoTime() + PROCESS_LIMIT_NANOS;
        List<String> left = processes(bin);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PROCESS_LIMIT_NANOS / 100);
            left = processes(bin);
        }
        report.check(
                "processes of plugins",
                left.isEmpty(),
                left.isEmpty() ? "none" : "still running: " + String.join(", ", left));
    }

    private static List<String> processes(Path bin) {
        if (!String.valueOf(ProcessHandle.current().pid()).equals(self())) {
            // The machine's processes are shown, and may well be another demo's.
            return List.of();
        }
        return ProcessHandle.allProcesses()
                .map(process -> process.pid() + " " + process.info().command().orElse(""))
                .filter(process -> process.contains(" " + bin + "/"))
                .toList();
    }

    private static String self() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self")).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
