// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Skeleton;
import dev.culvert.plugins.Catalogue;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;

/**
 * The binary's twin on the JVM: the same plugins over the other {@link Libc}, for comparison and
 * for debuggers.
 */
public final class JvmMain {
    private JvmMain() {}

    /** The first argument names the plugin, as the binary's own name does. */
    public static void main(String[] args) {
        Libc libc = new FfmLibc();
        Plugin plugin = Catalogue.all().get(args[0]);
        libc.exit(Skeleton.run(libc, plugin, () -> "CNI " + plugin.name() + " plugin on the JVM"));
    }
}
