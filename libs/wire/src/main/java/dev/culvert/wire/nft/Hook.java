// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

/**
 * Where a base chain sits.
 *
 * @param type "filter", "nat" or "route"
 * @param number NF_INET_*
 * @param priority lower runs earlier
 * @param policy NF_DROP or NF_ACCEPT, for packets that reach the end
 * @param device a link's name, in the netdev family, else ""
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_hook_attributes
 */
public record Hook(String type, int number, int priority, int policy, String device) {
    public static final int PREROUTING = 0;
    public static final int INPUT = 1;
    public static final int FORWARD = 2;
    public static final int OUTPUT = 3;
    public static final int POSTROUTING = 4;
    public static final int INGRESS = 5;
    /** NF_IP_PRI_RAW, "raw": before connection tracking. */
    public static final int PRIORITY_RAW = -300;
    /** NF_IP_PRI_NAT_DST, "dstnat". */
    public static final int PRIORITY_DSTNAT = -100;
    /** NF_IP_PRI_NAT_SRC, "srcnat". */
    public static final int PRIORITY_SRCNAT = 100;
    /** dstnat of the bridge family (linux/netfilter_bridge.h, NF_BR_PRI_NAT_DST_BRIDGED). */
    public static final int PRIORITY_BRIDGE_DSTNAT = -300;

    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFTA_HOOK_PRIORITY = 2;
    private static final int NFTA_HOOK_DEV = 3;

    /** In one of the families of packets that pass through, accepting what reaches the end. */
    public static Hook of(String type, int number, int priority) {
        return new Hook(type, number, priority, Verdict.NF_ACCEPT, "");
    }

    Hook withType(String value) {
        return new Hook(value, number, priority, policy, device);
    }

    Hook withPolicy(int value) {
        return new Hook(type, number, priority, value, device);
    }

    // NFTA_CHAIN_HOOK { NFTA_HOOK_HOOKNUM be32, NFTA_HOOK_PRIORITY be32, NFTA_HOOK_DEV "..." }

    void encodeIn(NlWriter w, int attribute) {
        w.nest(attribute | Nl.NLA_F_NESTED, nest -> {
            nest.attrBe32(NFTA_HOOK_HOOKNUM, number).attrBe32(NFTA_HOOK_PRIORITY, priority);
            if (!device.isEmpty()) {
                nest.attrString(NFTA_HOOK_DEV, device);
            }
        });
    }

    /** From the content of NFTA_CHAIN_HOOK; type and policy stand outside. */
    static Hook decode(NlReader r) {
        Hook hook = new Hook("", 0, 0, Verdict.NF_ACCEPT, "");
        while (r.next()) {
            NlReader v = r.value();
            switch (r.type()) {
                case NFTA_HOOK_HOOKNUM ->
                    hook = new Hook("", v.be32(), hook.priority, hook.policy, hook.device);
                case NFTA_HOOK_PRIORITY ->
                    hook = new Hook("", hook.number, v.be32(), hook.policy, hook.device);
                case NFTA_HOOK_DEV ->
                    hook = new Hook("", hook.number, hook.priority, hook.policy, v.string());
                default -> {}
            }
        }
        return hook;
    }

    /** {@code type nat hook postrouting priority 100; policy accept;} as nft takes it. */
    public String describe(Family family) {
        return "type " + type + " hook " + word(family)
                + (device.isEmpty() ? "" : " device \"" + device + "\"") + " priority " + priority
                + "; policy " + (policy == Verdict.NF_DROP ? "drop" : "accept") + ";";
    }

    private String word(Family family) {
        if (family == Family.NETDEV) {
            return number == 0 ? "ingress" : "egress";
        }
        return switch (number) {
            case PREROUTING -> "prerouting";
            case INPUT -> "input";
            case FORWARD -> "forward";
            case OUTPUT -> "output";
            case POSTROUTING -> "postrouting";
            case INGRESS -> "ingress";
            default -> Integer.toString(number);
        };
    }
}
