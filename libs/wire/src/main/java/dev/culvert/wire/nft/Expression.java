// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One step of a rule: loads a register, compares it, looks it up, or acts. One that is not
 * modelled, or is used in a way that is not modelled, is {@link Unknown} with its bytes as they
 * were.
 *
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_expr_attributes
 */
public sealed interface Expression
        permits Expression.Payload,
                Expression.Meta,
                Expression.Cmp,
                Expression.Bitwise,
                Expression.Lookup,
                Expression.Immediate,
                Expression.Masq,
                Expression.Counter,
                Expression.Unknown,
                Fib,
                Ct,
                Nat {
    int NFTA_EXPR_NAME = 1;
    int NFTA_EXPR_DATA = 2;

    /** The first of the registers of 16 bytes, which nft uses when one is enough. */
    int REG_1 = 1;
    /** The register that holds the verdict. */
    int REG_VERDICT = 0;

    /** The kernel's name of the expression. */
    String name();

    /** Writes the content of NFTA_EXPR_DATA. */
    void encodeData(NlWriter w);

    /** Writes one element of the list of expressions. */
    default void encode(NlWriter w) {
        w.nest(Nf.LIST_ELEM | Nl.NLA_F_NESTED, item -> {
            item.attrString(NFTA_EXPR_NAME, name());
            item.nest(NFTA_EXPR_DATA | Nl.NLA_F_NESTED, this::encodeData);
        });
    }

    /** From the content of one element of the list. */
    static Expression decode(NlReader r) {
        String name = "";
        Optional<NlReader> data = Optional.empty();
        while (r.next()) {
            switch (r.type()) {
                case NFTA_EXPR_NAME -> name = r.value().string();
                case NFTA_EXPR_DATA -> data = Optional.of(r.value());
                default -> {}
            }
        }
        NlReader content = data.orElseGet(() -> new NlReader("nft expression", new byte[0]));
        // Those that also store into packets and registers have attributes that our records lack:
        // kept as bytes.
        byte[] bytes = content.bytes();
        NlReader again = new NlReader("nft expression " + name, bytes);
        Expression known = switch (name) {
            case "payload" -> Payload.decode(again);
            case "meta" -> Meta.decode(again);
            case "cmp" -> Cmp.decode(again);
            case "bitwise" -> Bitwise.decode(again);
            case "lookup" -> Lookup.decode(again);
            case "immediate" -> Immediate.decode(again);
            case "masq" -> Masq.decode(again);
            case "counter" -> Counter.decode(again);
            case "fib" -> Fib.decode(again);
            case "ct" -> Ct.decode(again);
            case "nat" -> Nat.decode(again);
            default -> new Unknown(name, Value.of(bytes));
        };
        return known instanceof Unknown ? new Unknown(name, Value.of(bytes)) : known;
    }

    /** Stands for "not modelled" until {@link #decode} puts the bytes in. */
    static Expression notModelled() {
        return new Unknown("", Value.of(new byte[0]));
    }

    /**
     * Loads a part of the packet into a register.
     *
     * @param register where to
     * @param base NFT_PAYLOAD_*: which header
     * @param offset bytes from the header's start
     * @param length bytes
     */
    record Payload(int register, int base, int offset, int length) implements Expression {
        public static final int LINK_LAYER = 0;
        public static final int NETWORK = 1;
        public static final int TRANSPORT = 2;

        @Override
        public String name() {
            return "payload";
        }

        // NFTA_PAYLOAD_DREG 1 be32  NFTA_PAYLOAD_BASE 2 be32  NFTA_PAYLOAD_OFFSET 3 be32
        // NFTA_PAYLOAD_LEN 4 be32
        @Override
        public void encodeData(NlWriter w) {
            w.attrBe32(1, register).attrBe32(2, base).attrBe32(3, offset).attrBe32(4, length);
        }

        static Expression decode(NlReader r) {
            int[] found = new int[5];
            while (r.next()) {
                if (r.type() > 4) {
                    return notModelled();
                }
                found[r.type()] = r.value().be32();
            }
            return new Payload(found[1], found[2], found[3], found[4]);
        }
    }

    /**
     * Loads what the kernel knows about the packet into a register.
     *
     * @param key NFT_META_*
     */
    record Meta(int key, int register) implements Expression {
        public static final int MARK = 3;
        public static final int IIFNAME = 6;
        public static final int OIFNAME = 7;
        public static final int NFPROTO = 15;
        public static final int L4PROTO = 16;

        @Override
        public String name() {
            return "meta";
        }

        // NFTA_META_KEY 2 be32  NFTA_META_DREG 1 be32
        @Override
        public void encodeData(NlWriter w) {
            w.attrBe32(2, key).attrBe32(1, register);
        }

        static Expression decode(NlReader r) {
            int[] found = new int[3];
            while (r.next()) {
                if (r.type() > 2) {
                    return notModelled();
                }
                found[r.type()] = r.value().be32();
            }
            return new Meta(found[2], found[1]);
        }
    }

    /**
     * Goes on only if a register compares with a value.
     *
     * @param operator NFT_CMP_*
     */
    record Cmp(int register, int operator, Value value) implements Expression {
        public static final int EQ = 0;
        public static final int NEQ = 1;

        @Override
        public String name() {
            return "cmp";
        }

        // NFTA_CMP_SREG 1 be32  NFTA_CMP_OP 2 be32  NFTA_CMP_DATA 3 { NFTA_DATA_VALUE }
        @Override
        public void encodeData(NlWriter w) {
            w.attrBe32(1, register).attrBe32(2, operator);
            value.encodeIn(w, 3);
        }

        static Expression decode(NlReader r) {
            int register = 0;
            int operator = EQ;
            Value value = Value.of(new byte[0]);
            while (r.next()) {
                switch (r.type()) {
                    case 1 -> register = r.value().be32();
                    case 2 -> operator = r.value().be32();
                    case 3 -> value = Operand.decodeValue(r.value());
                    default -> {
                        return notModelled();
                    }
                }
            }
            return new Cmp(register, operator, value);
        }
    }

    /**
     * Target = source and mask, then exclusive or.
     *
     * @param length bytes of both
     */
    record Bitwise(int source, int target, int length, Value mask, Value xor)
            implements Expression {
        /** In place, in the first register. */
        public static Bitwise mask(Value mask) {
            return new Bitwise(
                    REG_1, REG_1, mask.length(), mask, Value.of(new byte[mask.length()]));
        }

        @Override
        public String name() {
            return "bitwise";
        }

        // NFTA_BITWISE_SREG 1 be32  NFTA_BITWISE_DREG 2 be32  NFTA_BITWISE_LEN 3 be32
        // NFTA_BITWISE_MASK 4 { NFTA_DATA_VALUE }  NFTA_BITWISE_XOR 5 { NFTA_DATA_VALUE }
        @Override
        public void encodeData(NlWriter w) {
            w.attrBe32(1, source).attrBe32(2, target).attrBe32(3, length);
            mask.encodeIn(w, 4);
            xor.encodeIn(w, 5);
        }

        static Expression decode(NlReader r) {
            int[] found = new int[4];
            Value mask = Value.of(new byte[0]);
            Value xor = mask;
            while (r.next()) {
                switch (r.type()) {
                    case 1, 2, 3 -> found[r.type()] = r.value().be32();
                    case 4 -> mask = Operand.decodeValue(r.value());
                    case 5 -> xor = Operand.decodeValue(r.value());
                    case 6 -> {
                        // NFTA_BITWISE_OP, since 5.6: 0 is this one, others shift.
                        if (r.value().be32() != 0) {
                            return notModelled();
                        }
                    }
                    default -> {
                        return notModelled();
                    }
                }
            }
            return new Bitwise(found[1], found[2], found[3], mask, xor);
        }
    }

    /**
     * Goes on only if a register's value is in a set; from a map, loads what belongs to it.
     *
     * @param set the set's name
     * @param setId its number within the transaction that makes it, else 0
     * @param target where a map's data goes
     * @param inverted goes on if the value is not there
     */
    record Lookup(String set, int setId, int source, OptionalInt target, boolean inverted)
            implements Expression {
        /** What the first register holds is in the set. */
        public static Lookup in(String set) {
            return new Lookup(set, 0, REG_1, OptionalInt.empty(), false);
        }

        @Override
        public String name() {
            return "lookup";
        }

        // NFTA_LOOKUP_SREG 2 be32  NFTA_LOOKUP_DREG 3 be32  NFTA_LOOKUP_SET 1 "..."
        // NFTA_LOOKUP_SET_ID 4 be32
        // NFTA_LOOKUP_FLAGS 5 be32
        @Override
        public void encodeData(NlWriter w) {
            w.attrBe32(2, source);
            target.ifPresent(value -> w.attrBe32(3, value));
            w.attrString(1, set);
            if (setId != 0) {
                w.attrBe32(4, setId);
            }
            if (inverted) {
                w.attrBe32(5, 1);
            }
        }

        static Expression decode(NlReader r) {
            String set = "";
            int setId = 0;
            int source = 0;
            OptionalInt target = OptionalInt.empty();
            int flags = 0;
            while (r.next()) {
                switch (r.type()) {
                    case 1 -> set = r.value().string();
                    case 2 -> source = r.value().be32();
                    case 3 -> target = OptionalInt.of(r.value().be32());
                    case 4 -> setId = r.value().be32();
                    case 5 -> flags = r.value().be32();
                    default -> {
                        return notModelled();
                    }
                }
            }
            return (flags & ~1) == 0
                    ? new Lookup(set, setId, source, target, flags == 1)
                    : notModelled();
        }
    }

    /** Loads a value, or a verdict into {@link #REG_VERDICT}. */
    record Immediate(int register, Operand data) implements Expression {
        public static Immediate verdict(Verdict verdict) {
            return new Immediate(REG_VERDICT, verdict);
        }

        @Override
        public String name() {
            return "immediate";
        }

        // NFTA_IMMEDIATE_DREG 1 be32  NFTA_IMMEDIATE_DATA 2 { NFTA_DATA_VALUE | NFTA_DATA_VERDICT
        // {...} }
        @Override
        public void encodeData(NlWriter w) {
            w.attrBe32(1, register);
            data.encodeIn(w, 2);
        }

        static Expression decode(NlReader r) {
            int register = 0;
            Operand data = Value.of(new byte[0]);
            while (r.next()) {
                switch (r.type()) {
                    case 1 -> register = r.value().be32();
                    case 2 -> data = Operand.decode(r.value());
                    default -> {
                        return notModelled();
                    }
                }
            }
            return new Immediate(register, data);
        }
    }

    /**
     * Gives the packet the address of the link that it leaves by.
     *
     * @param flags NF_NAT_RANGE_PROTO_RANDOM_FULLY and the like
     */
    record Masq(int flags) implements Expression {
        public static final int RANDOM_FULLY = 16;

        @Override
        public String name() {
            return "masq";
        }

        // NFTA_MASQ_FLAGS 1 be32
        @Override
        public void encodeData(NlWriter w) {
            if (flags != 0) {
                w.attrBe32(1, flags);
            }
        }

        static Expression decode(NlReader r) {
            int flags = 0;
            while (r.next()) {
                if (r.type() != 1) {
                    return notModelled();
                }
                flags = r.value().be32();
            }
            return new Masq(flags);
        }
    }

    /** Counts what passes. */
    record Counter(long packets, long bytes) implements Expression {
        @Override
        public String name() {
            return "counter";
        }

        // NFTA_COUNTER_BYTES 1 be64  NFTA_COUNTER_PACKETS 2 be64
        @Override
        public void encodeData(NlWriter w) {
            if (bytes != 0 || packets != 0) {
                w.attrBe64(1, bytes).attrBe64(2, packets);
            }
        }

        static Expression decode(NlReader r) {
            long bytes = 0;
            long packets = 0;
            while (r.next()) {
                switch (r.type()) {
                    case 1 -> bytes = r.value().be64();
                    case 2 -> packets = r.value().be64();
                    default -> {}
                }
            }
            return new Counter(packets, bytes);
        }
    }

    /** One that is not modelled; data is the content of NFTA_EXPR_DATA. */
    record Unknown(String name, Value data) implements Expression {
        @Override
        public void encodeData(NlWriter w) {
            w.bytes(data.bytes());
        }
    }
}
