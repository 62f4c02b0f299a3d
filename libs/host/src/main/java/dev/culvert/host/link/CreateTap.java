// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.base.Utf8;
import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.Mac;
import dev.culvert.netlink.Links;
import dev.culvert.os.OpenFile;
import dev.culvert.os.Program;
import dev.culvert.os.TapDevice;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Linux;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.link.Tap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A tap link in the container: the interface of a virtual machine that runs there.
 *
 * @param mtuBytes 0 for the kernel's default
 * @param mac empty: a random one of the kernel's
 * @param bridge a bridge in the container that it becomes a port of; "" for none
 * @param selinuxContext of whoever makes the device, which the device gets; "" for this program's
 */
public record CreateTap(
        Mark mark,
        Tap device,
        int mtuBytes,
        Optional<Mac> mac,
        String bridge,
        String selinuxContext)
        implements Step {
    private static final String EXEC_CONTEXT = "/proc/thread-self/attr/exec";
    private static final List<String> IP =
            List.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip");

    @Override
    public List<String> describe() {
        String ip = "ip -n CONTAINER ";
        List<String> lines = new ArrayList<>();
        lines.add(ip + "tuntap add " + mark.hostLinkName() + " " + device.describe());
        lines.add(ip + "link set " + mark.hostLinkName() + " name " + mark.ifname() + " alias '"
                + mark.label() + "'" + (mtuBytes > 0 ? " mtu " + mtuBytes : "")
                + mac.map(address -> " address " + address).orElse("")
                + (bridge.isEmpty() ? "" : " master " + bridge));
        return lines;
    }

    @Override
    public void apply(Site site, Undo undo) {
        OptionalInt master = findBridge(site);
        NewInside inside = new NewInside(mark, Tap.KIND);
        inside.prepare(site, undo);
        site.inContainer(() -> create(site));
        inside.finish(site, link -> {
            Link changed = link.withMtu(mtuBytes);
            changed = mac.isPresent() ? changed.withMac(mac.get()) : changed;
            return master.isPresent() ? changed.withMaster(master.getAsInt()) : changed;
        });
    }

    private OptionalInt findBridge(Site site) {
        if (bridge.isEmpty()) {
            return OptionalInt.empty();
        }
        Optional<Link> found = new Links(site.containerRoute())
                .find(Link.named(bridge))
                .filter(link -> link.kind().equals("bridge"));
        return OptionalInt.of(found.orElseThrow(() -> new ConflictException(
                        ConflictException.Kind.DIFFERS,
                        "there is no bridge " + bridge + " in "
                                + site.container().path() + ", the config asks for it",
                        "make that bridge inside the container first, or leave \"bridge\" out"))
                .index());
    }

    private Boolean create(Site site) {
        if (selinuxContext.isEmpty()) {
            TapDevice.create(
                    site.libc(),
                    mark.hostLinkName(),
                    device.multiQueue(),
                    unsigned(device.owner()),
                    unsigned(device.group()));
        } else {
            createInContext(site);
        }
        return true;
    }

    private static OptionalLong unsigned(OptionalInt id) {
        return id.isPresent()
                ? OptionalLong.of(Integer.toUnsignedLong(id.getAsInt()))
                : OptionalLong.empty();
    }

    /**
     * A device gets the context of the program that makes it, and a program gets another context
     * only when it is started: so ip(8) makes this one.
     */
    private void createInContext(Site site) {
        setExecContext(site, selinuxContext);
        try {
            runIp(site);
        } finally {
            // Other programs that this one starts keep its own context.
            setExecContext(site, "\n");
        }
    }

    private void runIp(Site site) {
        List<String> words = new ArrayList<>(List.of("tuntap", "add", mark.hostLinkName()));
        words.addAll(device.words());
        for (String path : IP) {
            try {
                Program.Exit exit =
                        Program.run(site.libc(), path, words, site.libc().environ(), "");
                if (!exit.isSuccess()) {
                    throw new ConflictException(
                            ConflictException.Kind.DIFFERS,
                            path + " " + String.join(" ", words) + ": " + exit.describe() + ": "
                                    + exit.stderr().trim(),
                            "selinuxContext is the context of a program that may make tap devices");
                }
                return;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
        }
        throw new ConflictException(
                ConflictException.Kind.DIFFERS,
                "selinuxContext needs the program ip, which is in none of " + String.join(", ", IP),
                "install the package iproute2, or leave selinuxContext out");
    }

    private void setExecContext(Site site, String context) {
        try (OpenFile file = OpenFile.open(site.libc(), EXEC_CONTEXT, Linux.O_WRONLY, 0)) {
            file.write(Utf8.encode(context));
        } catch (ErrnoException e) {
            throw new ConflictException(
                    ConflictException.Kind.DIFFERS,
                    "selinuxContext: this kernel does not take \"" + selinuxContext
                            + "\" as a context: " + e.getMessage(),
                    "name a context of the policy that is loaded; without SELinux leave it out");
        }
    }

    @Override
    public Optional<Drift> verify(Site site) {
        String object = "link " + mark.ifname() + " in " + site.container().path();
        Optional<Link> found = new Links(site.containerRoute()).find(Link.named(mark.ifname()));
        if (found.isEmpty()) {
            return Drift.missing(object);
        }
        Link link = found.get();
        site.learnContainerLink(link);
        String seen =
                link.info().map(info -> info.narrowedTo(device).describe()).orElse("none");
        return Drift.unlessEqual(object, device.describe(), seen)
                .or(() -> verifyBridge(site, object, link))
                .or(() -> Drift.unlessAddress(object, mac, link));
    }

    private Optional<Drift> verifyBridge(Site site, String object, Link link) {
        return bridge.isEmpty() || findBridge(site).equals(link.master())
                ? Optional.empty()
                : Drift.unlessEqual(
                        object + " master",
                        bridge,
                        link.master().isPresent() ? "index " + link.master().getAsInt() : "none");
    }
}
