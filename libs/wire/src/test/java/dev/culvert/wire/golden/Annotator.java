// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.golden;

import dev.culvert.net.IpAddr;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Writes netlink messages as lines of hexadecimal, one attribute a line, each with what our reader
 * makes of it.
 */
final class Annotator {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private static final int BYTES_A_LINE = 20;

    private record Attribute(String name, String kind) {}

    private record Message(String name, int header, String nest) {}

    private final Map<Integer, Message> messages = new HashMap<>();
    private final Map<String, Attribute> attributes = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    Annotator() {
        try (InputStream in = Annotator.class.getResourceAsStream("/golden/attributes.txt")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(this::learn);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void learn(String line) {
        String[] words = line.split(" ");
        if (words[0].equals("message")) {
            messages.put(
                    Integer.valueOf(words[1]),
                    new Message(words[2], Integer.parseInt(words[3]), words[4]));
        } else {
            attributes.put(words[0] + " " + words[1], new Attribute(words[2], words[3]));
        }
    }

    /** The lines of one message; its bytes begin with the netlink header. */
    List<String> annotate(byte[] original) {
        byte[] message = original.clone();
        lines.clear();
        NlReader r = new NlReader("golden", message);
        r.skip(4);
        int type = r.u16();
        int flags = r.u16();
        Message known = messages.getOrDefault(type, new Message("message " + type, 0, "unknown"));
        line(0, message, 0, Nl.HEADER, "nlmsghdr: " + known.name + flags(flags));
        line(0, message, Nl.HEADER, Nl.HEADER + known.header, header(known, message));
        r.skip(Nl.HEADER - 8 + known.header);
        attributes(0, known.nest, message, r);
        return List.copyOf(lines);
    }

    private static String flags(int flags) {
        StringBuilder out = new StringBuilder();
        String[] names = {"REQUEST", "MULTI", "ACK", "ECHO", "DUMP_INTR", "DUMP_FILTERED"};
        for (int i = 0; i < names.length; i++) {
            out.append((flags >> i & 1) != 0 ? " " + names[i] : "");
        }
        return out + (flags >> 6 != 0 ? " 0x" + Integer.toHexString(flags & ~63) : "");
    }

    private static String header(Message known, byte[] m) {
        NlReader r = new NlReader("golden", m, Nl.HEADER, m.length);
        return switch (known.header) {
            case 4 ->
                "nfgenmsg: family " + r.u8() + ", version " + r.u8() + ", resource " + r.be16();
            case 16 ->
                "ifinfomsg: family " + r.u8() + ", type " + r.skip(1).u16() + ", index " + r.u32()
                        + ", flags 0x" + Integer.toHexString(r.u32()) + ", change 0x"
                        + Integer.toHexString(r.u32());
            case 8 ->
                "ifaddrmsg: family " + r.u8() + ", prefix length " + r.u8() + ", flags 0x"
                        + Integer.toHexString(r.u8()) + ", scope " + r.u8() + ", index " + r.u32();
            case 12 ->
                known.nest.equals("route")
                        ? "rtmsg: family " + r.u8() + ", lengths " + r.u8() + " " + r.u8()
                                + ", tos " + r.u8() + ", table "
                                + r.u8() + ", protocol " + r.u8() + ", scope " + r.u8() + ", type "
                                + r.u8() + ", flags 0x"
                                + Integer.toHexString(r.u32())
                        : "ndmsg: family " + r.u8() + ", index " + r.skip(3).u32() + ", state 0x"
                                + Integer.toHexString(r.u16()) + ", flags " + r.u8() + ", type "
                                + r.u8();
            default -> "";
        };
    }

    private void attributes(int depth, String nest, byte[] m, NlReader r) {
        String lastString = "";
        while (true) {
            int start = r.position();
            if (!r.next()) {
                break;
            }
            Attribute known = attributes.getOrDefault(
                    nest + " " + r.type(),
                    attributes.getOrDefault(
                            nest + " *", new Attribute(nest + " " + r.type(), "bytes")));
            if (known.kind.startsWith("nest:")) {
                line(depth, m, start, start + 4, known.name);
                attributes(
                        depth + 1, known.kind.substring(5).replace("*", lastString), m, r.value());
            } else if (known.kind.startsWith("header:")) {
                String[] parts = known.kind.split(":");
                line(depth, m, start, start + 4, known.name);
                int header = Integer.parseInt(parts[1]);
                line(depth + 1, m, start + 4, start + 4 + header, "its header");
                attributes(depth + 1, parts[2], m, r.value().skip(header));
            } else {
                NlReader value = r.value();
                String text = text(known.kind, r.value());
                lastString = known.kind.equals("string") ? r.value().string() : lastString;
                // Programs leave what they had there in the padding.
                int end = value.position() + value.remaining();
                Arrays.fill(m, Math.min(end, r.position()), r.position(), (byte) 0);
                line(
                        depth,
                        m,
                        start,
                        r.position(),
                        known.name + (text.isEmpty() ? "" : " " + text));
            }
        }
        if (r.remaining() > 0) {
            line(depth, m, r.position(), r.position() + r.remaining(), "padding");
        }
    }

    private static String text(String kind, NlReader v) {
        return switch (kind) {
            case "string" -> "\"" + v.string() + "\"";
            case "u8" -> Integer.toString(v.u8());
            case "u16" -> Integer.toString(v.u16());
            case "u32" -> Integer.toUnsignedString(v.u32());
            case "be16" -> Integer.toString(v.be16());
            case "be32" -> {
                int number = v.be32();
                yield number > 0xffff
                        ? "0x" + Integer.toHexString(number)
                        : Integer.toString(number);
            }
            case "be64" -> Long.toUnsignedString(v.be64());
            case "ip" -> IpAddr.of(v.bytes()).toString();
            case "mac" -> HexFormat.ofDelimiter(":").formatHex(v.bytes());
            case "udata" -> printable(v.bytes());
            default -> "";
        };
    }

    private static String printable(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            out.append(b >= ' ' && b < 127 ? (char) b : '.');
        }
        return out.toString();
    }

    private void line(int depth, byte[] m, int from, int to, String words) {
        if (from >= to) {
            return;
        }
        String indent = "  ".repeat(depth);
        int end = Math.min(to, m.length);
        int first = Math.min(end, from + BYTES_A_LINE);
        String hex = indent + HEX.formatHex(m, from, first);
        lines.add(hex + " ".repeat(Math.max(1, 48 - hex.length())) + "# " + words);
        for (int at = first; at < end; at += BYTES_A_LINE) {
            lines.add(indent + HEX.formatHex(m, at, Math.min(end, at + BYTES_A_LINE)));
        }
    }
}
