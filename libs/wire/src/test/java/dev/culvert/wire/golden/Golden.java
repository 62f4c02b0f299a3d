// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.golden;

import dev.culvert.wire.netlink.NlMessage;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A golden file: netlink messages in the order in which the standard tool sent them, or the kernel
 * answered. A message is a block of lines; everything behind "#" is a comment.
 */
public final class Golden {
    private final String text;
    private final List<byte[]> messages;

    private Golden(String text, List<byte[]> messages) {
        this.text = text;
        this.messages = messages;
    }

    /** The file of that name, without ".hex". */
    public static Golden read(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".hex")) {
            if (in == null) {
                throw new IllegalArgumentException("no golden " + name + ": run Capture");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Golden parse(String text) {
        List<byte[]> messages = new ArrayList<>();
        for (String block : text.split("\n\n")) {
            String hex = block.lines()
                    .map(line -> line.replaceAll("#.*", "").replace(" ", ""))
                    .collect(Collectors.joining());
            if (!hex.isEmpty()) {
                messages.add(HexFormat.of().parseHex(hex));
            }
        }
        return new Golden(text, messages);
    }

    /** The file as it should read, from its own bytes. */
    String annotated() {
        Annotator annotator = new Annotator();
        String head = text.lines()
                .takeWhile(line -> line.startsWith("#"))
                .collect(Collectors.joining("\n"));
        return head + "\n\n"
                + messages.stream()
                        .map(message -> String.join("\n", annotator.annotate(message)))
                        .collect(Collectors.joining("\n\n"))
                + "\n";
    }

    String text() {
        return text;
    }

    public int size() {
        return messages.size();
    }

    public byte[] message(int index) {
        return messages.get(index).clone();
    }

    public int type(int index) {
        return header(index).type();
    }

    public int flags(int index) {
        return header(index).flags();
    }

    private NlMessage header(int index) {
        byte[] bytes = messages.get(index);
        return NlMessage.decode(new NlReader("golden", bytes), bytes);
    }

    /** What a decoder makes of one message. */
    public <T> T decode(int index, Function<NlReader, T> decoder) {
        return decoder.apply(header(index).payload());
    }

    /**
     * A message of the same type and flags with another body, as text for comparison with
     * {@link #show}.
     */
    public String encode(int index, Consumer<NlWriter> body) {
        NlWriter writer = new NlWriter().begin(type(index), flags(index), 0);
        body.accept(writer);
        return String.join("\n", new Annotator().annotate(writer.end().toBytes()));
    }

    /** One message as text. */
    public String show(int index) {
        return String.join("\n", new Annotator().annotate(messages.get(index)));
    }
}
