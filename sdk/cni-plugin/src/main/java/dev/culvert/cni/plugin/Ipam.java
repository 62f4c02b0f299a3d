// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.net.IpAddr;
import dev.culvert.os.FileId;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The IPAM plugin that a configuration names: ours in this process, or another program.
 *
 * <p>The name is looked up in CNI_PATH first, so whoever puts another {@code host-local} there gets
 * it. If the file is this very binary, or if there is none, our own plugin runs here, which saves a
 * process. Under a name with a prefix ({@code cnv-static}) it runs only where there is such a file.
 *
 * @cni 1.1.0 SPEC "Plugin delegation"
 */
public final class Ipam {
    private static final String SELF = "/proc/self/exe";

    private final Map<String, Plugin> ours;

    /** @param ours our own IPAM plugins by their type */
    public Ipam(Map<String, Plugin> ours) {
        this.ours = ours;
    }

    /**
     * Gets addresses. A program that fails is run for DEL before the error is passed on; a plugin
     * of ours leaves nothing when it fails. What was got goes back with {@link #del}, which the
     * caller pushes on its undo stack.
     *
     * @throws CniException the plugin's own error, or DELEGATE_FAILED
     */
    public CniResult add(Request request) {
        Optional<Plugin> own = own(request);
        if (own.isPresent()) {
            return own.get().add(request).result();
        }
        Delegate delegate = delegate(request);
        try {
            return delegate.add(request);
        } catch (CniException e) {
            release(delegate, request, e);
            throw e;
        }
    }

    private static void release(Delegate delegate, Request request, CniException first) {
        try {
            delegate.call(request, Verb.DEL);
        } catch (CniException e) {
            first.addSuppressed(e);
        }
    }

    /** Gives the attachment's addresses back; nothing to give back is no error. */
    public void del(Request request) {
        call(request, Verb.DEL);
    }

    /**
     * The addresses that the attachment has; none without IPAM, and where another program keeps
     * them.
     */
    public List<IpAddr> held(Request request) {
        if (request.conf().ipamType().isEmpty()) {
            return List.of();
        }
        Optional<Plugin> own = own(request);
        return own.isPresent() ? own.get().held(request) : List.of();
    }

    /** Checks that the attachment has its addresses. */
    public void check(Request request) {
        call(request, Verb.CHECK);
    }

    /** Gives back the addresses of all attachments of the network but the valid ones. */
    public void gc(Request request) {
        call(request, Verb.GC);
    }

    /** Throws if there is no address to get. */
    public void status(Request request) {
        call(request, Verb.STATUS);
    }

    private void call(Request request, Verb verb) {
        Optional<Plugin> own = own(request);
        if (own.isPresent()) {
            verb.call(own.get(), request);
            return;
        }
        delegate(request).call(request, verb);
    }

    /** Our plugin, unless another program goes by its name. */
    private Optional<Plugin> own(Request request) {
        String type = type(request);
        Optional<Plugin> named = FileNames.find(ours, type);
        if (named.isEmpty()) {
            return Optional.empty();
        }
        Plugin plugin = named.get();
        Optional<Delegate> found = Delegate.find(request.libc(), type, request.pluginFolders());
        boolean isOurs =
                found.isPresent() ? isThisBinary(request, found.get()) : ours.containsKey(type);
        if (!isOurs) {
            return Optional.empty();
        }
        CniVersion version = request.conf().version();
        if (!plugin.versions().contains(version)) {
            throw new CniException(
                    CniErrorCode.INCOMPATIBLE_CNI_VERSION,
                    "incompatible CNI versions",
                    "config is \"" + version + "\", IPAM plugin " + plugin.name()
                            + " does not speak it");
        }
        return Optional.of(plugin);
    }

    private static boolean isThisBinary(Request request, Delegate delegate) {
        Optional<FileId> self = FileId.find(request.libc(), SELF);
        Optional<FileId> file = FileId.find(request.libc(), delegate.file());
        return self.isPresent() && file.isPresent() && file.get().isSame(self.get());
    }

    private static Delegate delegate(Request request) {
        return Delegate.require(request.libc(), type(request), request.pluginFolders());
    }

    private static String type(Request request) {
        String type = request.conf().ipamType();
        if (type.isEmpty()) {
            throw new CniException(CniErrorCode.INVALID_NETWORK_CONFIG, "ipam.type: missing");
        }
        return type;
    }
}
