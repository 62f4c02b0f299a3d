// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Site;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.sys.ConflictException;
import dev.culvert.wire.link.Link;

import java.util.Optional;

/**
 * The link that another is made on.
 *
 * @param name "" for the one that the default route leaves by
 * @param inContainer whether it is in the container instead of on this host
 */
public record Master(String name, boolean inContainer) {
    /** Where it lives. */
    NetlinkSocket socket(Site site) {
        return inContainer ? site.containerRoute() : site.hostRoute();
    }

    /**
     * The link as it is now.
     *
     * @throws ConflictException DIFFERS if there is none
     */
    public Link find(Site site) {
        String where = inContainer ? " in " + site.container().path() : " on this host";
        if (name.isEmpty()) {
            return DefaultRoute.link(socket(site))
                    .orElseThrow(() -> new ConflictException(
                            ConflictException.Kind.DIFFERS,
                            "there is no default route" + where
                                    + ", the config asks for the link that it leaves by",
                            "name a master"));
        }
        Optional<Link> found = new Links(socket(site)).find(Link.named(name));
        return found.orElseThrow(() -> new ConflictException(
                ConflictException.Kind.DIFFERS,
                "there is no link " + name + where + ", the config asks for it as master",
                "name another master, or make that link"));
    }

    /** In the words of ip(8). */
    @Override
    public String toString() {
        return name.isEmpty() ? "DEFAULT-ROUTE" : name;
    }
}
