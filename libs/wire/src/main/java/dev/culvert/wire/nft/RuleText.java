// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.nft.Expression.Bitwise;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Counter;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Expression.Masq;
import dev.culvert.wire.nft.Expression.Meta;
import dev.culvert.wire.nft.Expression.Payload;
import dev.culvert.wire.nft.Expression.Unknown;

import java.util.Arrays;
import java.util.List;

/**
 * A rule's expressions in nft's words: follows what the registers hold. Those loaded after the
 * first are parts of one key; other uses of several registers come out step by step, which is for
 * reading only.
 */
final class RuleText {
    /** What the register holds: its words, its type, and how many leading bits of it. */
    private record Loaded(String words, KeyType type, int bits) {
        /** Its words as part of a key, where a mask is not told by the value's prefix. */
        String asKey() {
            boolean isAddress = type == IPV4 || type == IPV6;
            if (!isAddress || bits == type.length() * 8) {
                return words;
            }
            byte[] mask = new byte[type.length()];
            for (int i = 0; i < bits; i++) {
                mask[i >> 3] |= (byte) (0x80 >> (i & 7));
            }
            return words + " & " + type.describe(Value.of(mask));
        }
    }

    private static final KeyType NUMBER = KeyType.of(DataType.INTEGER);
    private static final KeyType IPV4 = KeyType.of(DataType.IPV4_ADDR);
    private static final KeyType IPV6 = KeyType.of(DataType.IPV6_ADDR);

    private final StringBuilder out = new StringBuilder();
    private Family family;
    private Loaded loaded = new Loaded("?", NUMBER, 0);
    /** What was loaded before it, into the registers in front. */
    private String keyBefore = "";

    /** Said only if the next expression does not imply it. */
    private String implied = "";

    /** What a map was asked for. */
    private String found = "?";

    private RuleText(Family family) {
        this.family = family;
    }

    static String of(Family family, List<Expression> expressions) {
        RuleText text = new RuleText(family);
        for (Expression expression : expressions) {
            text.add(expression);
        }
        text.sayImplied();
        return text.out.toString();
    }

    private void say(String words) {
        out.append(out.isEmpty() ? "" : " ").append(words);
    }

    private void sayImplied() {
        if (!implied.isEmpty()) {
            String words = implied;
            implied = "";
            say(words);
        }
    }

    private void add(Expression expression) {
        switch (expression) {
            case Payload payload -> {
                load(payload.register(), load(payload));
                if (loaded.words.startsWith("ip")) {
                    implied = "";
                }
            }
            case Meta meta -> load(meta.register(), load(meta));
            case Bitwise bitwise -> loaded = mask(bitwise);
            case Cmp cmp -> compare(cmp);
            case Lookup lookup -> {
                String key = keyBefore + loaded.asKey();
                if (lookup.target().isPresent()) {
                    found = key + " map @" + lookup.set();
                } else {
                    sayImplied();
                    say(key + (lookup.inverted() ? " != @" : " @") + lookup.set());
                }
            }
            case Immediate immediate -> {
                sayImplied();
                say(
                        immediate.data() instanceof Verdict verdict
                                ? verdict.describe()
                                : "[immediate " + immediate.data() + "]");
            }
            case Masq masq -> {
                sayImplied();
                say(
                        (masq.flags() & Masq.RANDOM_FULLY) != 0
                                ? "masquerade fully-random"
                                : "masquerade");
            }
            case Counter counter -> {
                sayImplied();
                say("counter packets " + counter.packets() + " bytes " + counter.bytes());
            }
            case Fib fib -> load(fib.register(), new Loaded("fib daddr type", NUMBER, 32));
            case Ct ct -> load(ct.register(), new Loaded("ct status", NUMBER, 32));
            case Nat nat -> {
                sayImplied();
                say("dnat " + nat.family() + " to " + found);
            }
            case Unknown unknown -> {
                sayImplied();
                say("[" + unknown.name() + "]");
            }
        }
    }

    private void load(int register, Loaded next) {
        keyBefore = register == Expression.REG_1 ? "" : keyBefore + loaded.asKey() + " . ";
        loaded = next;
    }

    private Loaded load(Payload payload) {
        if (payload.base() == Payload.NETWORK && family == Family.IPV4) {
            return address("ip", payload, 12, 4);
        }
        if (payload.base() == Payload.NETWORK && family == Family.IPV6) {
            return address("ip6", payload, 8, 16);
        }
        if (payload.base() == Payload.LINK_LAYER
                && payload.length() == 6
                && payload.offset() == 6) {
            return new Loaded("ether saddr", KeyType.of(DataType.ETHER_ADDR), 48);
        }
        if (payload.base() == Payload.TRANSPORT && payload.length() == 2 && payload.offset() <= 2) {
            return new Loaded(
                    payload.offset() == 0 ? "th sport" : "th dport",
                    KeyType.of(DataType.INET_SERVICE),
                    16);
        }
        return raw(payload);
    }

    /**
     * Source and destination follow each other in both headers. A shorter load is a prefix of whole
     * bytes.
     */
    private static Loaded address(String protocol, Payload payload, int sourceAt, int size) {
        KeyType type = size == 4 ? IPV4 : IPV6;
        if (payload.length() > size
                || payload.offset() != sourceAt && payload.offset() != sourceAt + size) {
            return raw(payload);
        }
        String field = payload.offset() == sourceAt ? " saddr" : " daddr";
        return new Loaded(protocol + field, type, payload.length() * 8);
    }

    private static Loaded raw(Payload payload) {
        String base = switch (payload.base()) {
            case Payload.LINK_LAYER -> "ll";
            case Payload.NETWORK -> "nh";
            case Payload.TRANSPORT -> "th";
            default -> "ih";
        };
        return new Loaded(
                "@" + base + "," + payload.offset() * 8 + "," + payload.length() * 8,
                NUMBER,
                payload.length() * 8);
    }

    private static Loaded load(Meta meta) {
        return switch (meta.key()) {
            case Meta.MARK -> new Loaded("meta mark", KeyType.of(DataType.MARK), 32);
            case Meta.IIFNAME -> new Loaded("iifname", KeyType.of(DataType.IFNAME), 128);
            case Meta.OIFNAME -> new Loaded("oifname", KeyType.of(DataType.IFNAME), 128);
            case Meta.NFPROTO -> new Loaded("meta nfproto", KeyType.of(DataType.INET_PROTO), 8);
            case Meta.L4PROTO -> new Loaded("meta l4proto", KeyType.of(DataType.INET_PROTO), 8);
            default -> new Loaded("meta key " + meta.key(), NUMBER, 32);
        };
    }

    private Loaded mask(Bitwise bitwise) {
        int ones = 0;
        byte[] mask = bitwise.mask().bytes();
        while (ones < mask.length * 8 && (mask[ones >> 3] >> 7 - (ones & 7) & 1) != 0) {
            ones++;
        }
        boolean isPrefix = bitwise.xor().equals(Value.of(new byte[mask.length]));
        for (int i = ones; i < mask.length * 8; i++) {
            isPrefix &= (mask[i >> 3] >> 7 - (i & 7) & 1) == 0;
        }
        if (isPrefix && (loaded.type == IPV4 || loaded.type == IPV6)) {
            return new Loaded(loaded.words, loaded.type, ones);
        }
        if (loaded.words.equals("ct status") && bitwise.mask().toU32() == Ct.DESTINATION_NAT) {
            return new Loaded("ct status dnat", NUMBER, 0);
        }
        return new Loaded(
                loaded.words + " & " + bitwise.mask() + (isPrefix ? "" : " ^ " + bitwise.xor()),
                NUMBER,
                0);
    }

    private void compare(Cmp cmp) {
        String value = value(cmp.value());
        String operator = switch (cmp.operator()) {
            case 0 -> "";
            case 1 -> "!= ";
            case 2 -> "< ";
            case 3 -> "<= ";
            case 4 -> "> ";
            default -> ">= ";
        };
        if (loaded.words.equals("meta nfproto") && cmp.operator() == Cmp.EQ) {
            sayImplied();
            Family narrowed =
                    cmp.value().toU32() == Family.IPV4.number() ? Family.IPV4 : Family.IPV6;
            if (family == Family.INET) {
                family = narrowed;
                implied = "meta nfproto " + (narrowed == Family.IPV4 ? "ipv4" : "ipv6");
                return;
            }
        }
        sayImplied();
        switch (loaded.words) {
            case "fib daddr type" ->
                say(loaded.words
                        + " "
                        + operator
                        + (cmp.value().toU32() == Fib.LOCAL ? "local" : value));
            case "ct status dnat" -> say((cmp.operator() == Cmp.NEQ ? "" : "! ") + loaded.words);
            default -> say(loaded.words + " " + operator + value);
        }
    }

    private String value(Value value) {
        boolean isAddress = loaded.type == IPV4 || loaded.type == IPV6;
        if (!isAddress) {
            return loaded.type.describe(value);
        }
        int size = loaded.type.length();
        if (value.length() > size) {
            return value.toString();
        }
        String address = loaded.type.describe(Value.of(Arrays.copyOf(value.bytes(), size)));
        return loaded.bits < size * 8 ? address + "/" + loaded.bits : address;
    }
}
