// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.netlink.Reply;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.ConflictException.Kind;
import dev.culvert.sys.Errno;
import dev.culvert.wire.link.Ipvlan;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.link.LinkInfo;
import dev.culvert.wire.link.Macvlan;
import dev.culvert.wire.link.Vlan;

/** Why the kernel did not make a link, in words. */
final class NotMade {
    private NotMade() {}

    /** EOPNOTSUPP for a kind of link. */
    static ConflictException kind(String kind, String or) {
        return new ConflictException(
                Kind.DIFFERS,
                "this kernel has no links of kind " + kind + or,
                "load the module (modprobe " + (kind.equals(Vlan.KIND) ? "8021q" : kind)
                        + "), or run a kernel that has it");
    }

    /** EOPNOTSUPP for VLANs of a bridge. */
    static ConflictException vlansOf(String bridge) {
        return new ConflictException(
                Kind.DIFFERS,
                "this kernel has no VLANs in bridges, the config asks for them on " + bridge,
                "run a kernel with CONFIG_BRIDGE_VLAN_FILTERING, or leave out vlan and vlanTrunk");
    }

    /** EEXIST, EBUSY or EOPNOTSUPP for a link on a master. */
    static ConflictException on(Link master, Link link, Reply<Void> created) {
        LinkInfo info = link.info().orElseThrow();
        if (created.failedWith(Errno.EOPNOTSUPP)) {
            return kind(info.kind(), ", or master " + master.name() + " takes none");
        }
        if (created.failedWith(Errno.EEXIST)) {
            return exists(master, link, info);
        }
        return new ConflictException(
                Kind.DIFFERS,
                "master " + master.name() + " carries what keeps a " + info.kind()
                        + " away: it is a port of a bridge or a bond, or carries "
                        + (info instanceof Ipvlan ? Macvlan.KIND : Ipvlan.KIND),
                "free that link, or name another master");
    }

    private static ConflictException exists(Link master, Link link, LinkInfo info) {
        return info instanceof Vlan vlan
                ? new ConflictException(
                        Kind.DIFFERS,
                        "VLAN " + vlan.id() + " of master " + master.name()
                                + " is taken: a link has one interface for a tag, in all"
                                + " namespaces together",
                        "detach the container that has it, or choose another vlanId")
                : new ConflictException(
                        Kind.EXISTS, "link " + link.name() + " exists", "run DEL before ADD");
    }
}
