// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.golden;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs nft and ip under strace in a fresh network namespace, one for each golden, and writes what
 * passed between them and the kernel. See docs/wire.md; needs root, nft, ip and strace.
 */
public final class Capture {
    /**
     * What to capture.
     *
     * @param name the golden
     * @param sent whether the requests, else the answers
     * @param types the first and the last message type to keep
     * @param setup shell commands before
     * @param command the one whose messages are taken
     */
    record Scene(String name, boolean sent, int[] types, String setup, String command) {}

    private Capture() {}

    /**
     * Writes goldens into a folder: all, or those whose names begin with one of the further
     * arguments.
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        for (Scene scene : Scenes.all()) {
            boolean wanted = arguments.length == 1;
            for (int i = 1; i < arguments.length; i++) {
                wanted |= scene.name.startsWith(arguments[i]);
            }
            if (wanted) {
                Path file = folder.resolve(scene.name + ".hex");
                Files.createDirectories(file.getParent());
                Files.writeString(file, capture(scene));
                System.out.println(file);
            }
        }
    }

    private static String capture(Scene scene) throws IOException, InterruptedException {
        Path trace = Files.createTempFile("capture", ".strace");
        try {
            String script = "set -e\nip link set lo up\n" + scene.setup + "\nstrace -qq -o " + trace
                    + " -e trace=sendto,sendmsg,recvmsg -e " + (scene.sent ? "write" : "read")
                    + "=all -- "
                    + scene.command + " || echo refused\n";
            Process process = new ProcessBuilder("unshare", "-n", "sh", "-c", script)
                    .redirectErrorStream(true)
                    .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(scene.name + ": " + output);
            }
            List<byte[]> messages = new ArrayList<>();
            for (byte[] datagram : datagrams(Files.readAllLines(trace))) {
                split(datagram, scene.types, scene.sent, messages);
            }
            if (!scene.sent && scene.types[0] < 32) {
                // Of rtnetlink's answers, which are long, the first is enough.
                messages.subList(Math.min(1, messages.size()), messages.size()).clear();
            }
            if (messages.isEmpty()) {
                throw new IOException(
                        scene.name + ": no such message in " + Files.readString(trace));
            }
            Annotator annotator = new Annotator();
            return "# " + (scene.sent ? "sent by: " : "answered to: ")
                    + scene.command.replace("\n", "\n#   ") + "\n\n"
                    + messages.stream()
                            .map(message -> String.join("\n", annotator.annotate(message)))
                            .collect(Collectors.joining("\n\n"))
                    + "\n";
        } finally {
            Files.delete(trace);
        }
    }

    /**
     * strace dumps as " | 00010 01 02 ... 0f ................ |", from offset 00000 for each
     * buffer.
     */
    private static List<byte[]> datagrams(List<String> trace) {
        List<byte[]> result = new ArrayList<>();
        StringBuilder hex = new StringBuilder();
        for (String line : trace) {
            boolean isDump = line.startsWith(" | ");
            if (!hex.isEmpty() && (!isDump || line.startsWith(" | 00000 "))) {
                result.add(HexFormat.of().parseHex(hex));
                hex.setLength(0);
            }
            if (isDump) {
                hex.append(line, 10, 59);
                int at;
                while ((at = hex.indexOf(" ")) >= 0) {
                    hex.deleteCharAt(at);
                }
            }
        }
        if (!hex.isEmpty()) {
            result.add(HexFormat.of().parseHex(hex));
        }
        return result;
    }

    /**
     * Takes the messages out of a datagram; sequence and port numbers, which change from run to
     * run, become 0.
     */
    private static void split(byte[] datagram, int[] types, boolean sent, List<byte[]> into) {
        int at = 0;
        while (at + 16 <= datagram.length) {
            int length = datagram[at] & 0xff
                    | (datagram[at + 1] & 0xff) << 8
                    | (datagram[at + 2] & 0xff) << 16;
            int type = datagram[at + 4] & 0xff | (datagram[at + 5] & 0xff) << 8;
            if (length < 16 || at + length > datagram.length) {
                return;
            }
            byte[] message = Arrays.copyOfRange(datagram, at, at + length);
            Arrays.fill(message, 8, 16, (byte) 0);
            // iproute2 asks "is NEWLINK there" with an empty one first.
            boolean isProbe = length == 32 && Arrays.equals(message, 16, 32, new byte[16], 0, 16);
            boolean isDump = (message[7] & 3) == 3;
            if (type >= types[0] && type <= types[1] && !isProbe && !(sent && isDump)) {
                into.add(message);
            }
            at += length + 3 & ~3;
        }
    }
}
