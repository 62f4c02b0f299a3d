// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;

/**
 * A named set, or a map from keys to data; like {@code nft add set FAMILY TABLE NAME { type ...;
 * }}.
 *
 * @param flags NFT_SET_*
 * @param data present for a map
 * @param id a number within the transaction; the kernel wants one
 * @param userdata byte orders and a comment for nft
 * @param handle the kernel's number, 0 in requests
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_set_attributes
 */
public record NftSet(
        Family family,
        String table,
        String name,
        int flags,
        KeyType key,
        Optional<KeyType> data,
        int id,
        Userdata userdata,
        long handle) {
    public static final int NFT_SET_ANONYMOUS = 0x1;
    public static final int NFT_SET_CONSTANT = 0x2;
    public static final int NFT_SET_INTERVAL = 0x4;
    public static final int NFT_SET_MAP = 0x8;

    /**
     * In userdata: the order of a name's bytes, nft's BYTEORDER_HOST_ENDIAN; with another, nft
     * shows names as "".
     */
    private static final int HOST_ENDIAN = 1;
    /** In userdata: the order of an address's bytes, nft's BYTEORDER_BIG_ENDIAN. */
    private static final int BIG_ENDIAN = 2;

    private static final int NFTA_SET_TABLE = 1;
    private static final int NFTA_SET_NAME = 2;
    private static final int NFTA_SET_FLAGS = 3;
    private static final int NFTA_SET_KEY_TYPE = 4;
    private static final int NFTA_SET_KEY_LEN = 5;
    private static final int NFTA_SET_DATA_TYPE = 6;
    private static final int NFTA_SET_DATA_LEN = 7;
    private static final int NFTA_SET_ID = 10;
    private static final int NFTA_SET_USERDATA = 13;
    private static final int NFTA_SET_HANDLE = 16;

    /** A set of links' names, or of keys of several parts, which have their own byte orders. */
    public static NftSet of(Table table, String name, KeyType key) {
        int order = key.parts().size() == 1 ? HOST_ENDIAN : 0;
        return new NftSet(
                table.family(),
                table.name(),
                name,
                0,
                key,
                Optional.empty(),
                1,
                Userdata.none().withU32(Userdata.SET_KEYBYTEORDER, order),
                0);
    }

    /** A set of addresses. */
    public static NftSet ofAddresses(Table table, String name, boolean ipv4) {
        KeyType key = KeyType.of(ipv4 ? DataType.IPV4_ADDR : DataType.IPV6_ADDR);
        return new NftSet(
                table.family(),
                table.name(),
                name,
                0,
                key,
                Optional.empty(),
                1,
                Userdata.none().withU32(Userdata.SET_KEYBYTEORDER, BIG_ENDIAN),
                0);
    }

    /** A map from keys to data of several parts each, whose byte orders are their own. */
    public static NftSet map(Table table, String name, KeyType key, KeyType data) {
        return new NftSet(
                table.family(),
                table.name(),
                name,
                NFT_SET_MAP,
                key,
                Optional.of(data),
                1,
                Userdata.none()
                        .withU32(Userdata.SET_KEYBYTEORDER, 0)
                        .withU32(Userdata.SET_DATABYTEORDER, 0),
                0);
    }

    /** A map from keys of several parts, whose byte orders are their own, to addresses. */
    public static NftSet mapToAddresses(Table table, String name, KeyType key, boolean ipv4) {
        KeyType data = KeyType.of(ipv4 ? DataType.IPV4_ADDR : DataType.IPV6_ADDR);
        return new NftSet(
                table.family(),
                table.name(),
                name,
                NFT_SET_MAP,
                key,
                Optional.of(data),
                1,
                Userdata.none()
                        .withU32(Userdata.SET_KEYBYTEORDER, 0)
                        .withU32(Userdata.SET_DATABYTEORDER, BIG_ENDIAN),
                0);
    }

    public NftSet withComment(String text) {
        return text.isEmpty() ? this : withUserdata(userdata.withText(Userdata.SET_COMMENT, text));
    }

    public NftSet withUserdata(Userdata value) {
        return new NftSet(family, table, name, flags, key, data, id, value, handle);
    }

    public NftSet withId(int value) {
        return new NftSet(family, table, name, flags, key, data, value, userdata, handle);
    }

    public boolean isMap() {
        return (flags & NFT_SET_MAP) != 0;
    }

    /** Kernels before 5.10 keep it too, other than that of a table or chain. */
    public String comment() {
        return userdata.text(Userdata.SET_COMMENT);
    }

    // nfgenmsg, NFTA_SET_TABLE "...", NFTA_SET_NAME "...", NFTA_SET_FLAGS be32, NFTA_SET_KEY_TYPE
    // be32,
    //   NFTA_SET_KEY_LEN be32, NFTA_SET_DATA_TYPE be32, NFTA_SET_DATA_LEN be32, NFTA_SET_ID be32,
    //   NFTA_SET_USERDATA {...}

    public void encode(NlWriter w) {
        encodeKey(w);
        w.attrBe32(NFTA_SET_FLAGS, flags)
                .attrBe32(NFTA_SET_KEY_TYPE, key.number())
                .attrBe32(NFTA_SET_KEY_LEN, key.length());
        data.ifPresent(type -> w.attrBe32(NFTA_SET_DATA_TYPE, type.number())
                .attrBe32(NFTA_SET_DATA_LEN, type.length()));
        w.attrBe32(NFTA_SET_ID, id);
        userdata.encodeIn(w, NFTA_SET_USERDATA);
    }

    /** Writes what a question or a deletion needs. */
    public void encodeKey(NlWriter w) {
        Nf.header(w, family).attrString(NFTA_SET_TABLE, table).attrString(NFTA_SET_NAME, name);
    }

    /** From an nfgenmsg and its attributes; those not modelled are skipped. */
    public static NftSet decode(NlReader r) {
        Family family = Nf.family(r);
        String table = "";
        String name = "";
        int flags = 0;
        int[] types = new int[NFTA_SET_DATA_LEN + 1];
        boolean hasData = false;
        int id = 0;
        Userdata userdata = Userdata.none();
        long handle = 0;
        while (r.next()) {
            NlReader v = r.value();
            switch (r.type()) {
                case NFTA_SET_TABLE -> table = v.string();
                case NFTA_SET_NAME -> name = v.string();
                case NFTA_SET_FLAGS -> flags = v.be32();
                case NFTA_SET_KEY_TYPE, NFTA_SET_KEY_LEN -> types[r.type()] = v.be32();
                case NFTA_SET_DATA_TYPE, NFTA_SET_DATA_LEN -> {
                    types[r.type()] = v.be32();
                    hasData = true;
                }
                case NFTA_SET_ID -> id = v.be32();
                case NFTA_SET_USERDATA -> userdata = Userdata.of(v.bytes());
                case NFTA_SET_HANDLE -> handle = v.be64();
                default -> {}
            }
        }
        Optional<KeyType> data = hasData
                ? Optional.of(KeyType.of(types[NFTA_SET_DATA_TYPE], types[NFTA_SET_DATA_LEN]))
                : Optional.empty();
        return new NftSet(
                family,
                table,
                name,
                flags,
                KeyType.of(types[NFTA_SET_KEY_TYPE], types[NFTA_SET_KEY_LEN]),
                data,
                id,
                userdata,
                handle);
    }

    /** {@code set inet filter allowed} or {@code map ...}: for nft and for errors. */
    public String label() {
        return (isMap() ? "map " : "set ") + family + " " + table + " " + name;
    }

    /** What {@code nft add} takes. */
    public String describe() {
        String comment = userdata.describe(Userdata.SET_COMMENT);
        return label() + " { type " + key + data.map(type -> " : " + type).orElse("") + ";"
                + (comment.isEmpty() ? "" : comment + ";") + " }";
    }

    /** An element of this set in nft's words. */
    public String describe(Element element) {
        String target = element.data()
                .map(operand -> switch (operand) {
                    case Verdict verdict -> " : " + verdict.describe();
                    case Value value ->
                        " : " + data.map(type -> type.describe(value)).orElse(value.toString());
                })
                .orElse("");
        return key.describe(element.key()) + element.userdata().describe(Userdata.COMMENT) + target;
    }
}
