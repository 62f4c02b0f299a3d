// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

/**
 * What becomes of a packet.
 *
 * @param code NF_DROP, NF_ACCEPT or NFT_*
 * @param chain where to go, "" for verdicts that go nowhere
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_verdicts
 */
public record Verdict(int code, String chain) implements Operand {
    public static final int NF_DROP = 0;
    public static final int NF_ACCEPT = 1;
    public static final int NFT_CONTINUE = -1;
    public static final int NFT_BREAK = -2;
    public static final int NFT_JUMP = -3;
    public static final int NFT_GOTO = -4;
    public static final int NFT_RETURN = -5;

    static final int NFTA_DATA_VERDICT = 2;
    private static final int NFTA_VERDICT_CODE = 1;
    private static final int NFTA_VERDICT_CHAIN = 2;

    public static Verdict drop() {
        return new Verdict(NF_DROP, "");
    }

    public static Verdict accept() {
        return new Verdict(NF_ACCEPT, "");
    }

    public static Verdict returning() {
        return new Verdict(NFT_RETURN, "");
    }

    public static Verdict jump(String chain) {
        return new Verdict(NFT_JUMP, chain);
    }

    public static Verdict going(String chain) {
        return new Verdict(NFT_GOTO, chain);
    }

    // NFTA_DATA_VERDICT { NFTA_VERDICT_CODE be32, NFTA_VERDICT_CHAIN "..." }

    @Override
    public void encode(NlWriter w) {
        w.nest(NFTA_DATA_VERDICT | Nl.NLA_F_NESTED, nest -> {
            nest.attrBe32(NFTA_VERDICT_CODE, code);
            if (!chain.isEmpty()) {
                nest.attrString(NFTA_VERDICT_CHAIN, chain);
            }
        });
    }

    /** From the content of NFTA_DATA_VERDICT. */
    static Verdict decode(NlReader r) {
        int code = NF_DROP;
        String chain = "";
        while (r.next()) {
            switch (r.type()) {
                case NFTA_VERDICT_CODE -> code = r.value().be32();
                case NFTA_VERDICT_CHAIN -> chain = r.value().string();
                default -> {}
            }
        }
        return new Verdict(code, chain);
    }

    /** In nft's words. */
    public String describe() {
        return switch (code) {
            case NF_DROP -> "drop";
            case NF_ACCEPT -> "accept";
            case NFT_CONTINUE -> "continue";
            case NFT_BREAK -> "break";
            case NFT_JUMP -> "jump " + chain;
            case NFT_GOTO -> "goto " + chain;
            case NFT_RETURN -> "return";
            default -> "verdict " + code;
        };
    }
}
