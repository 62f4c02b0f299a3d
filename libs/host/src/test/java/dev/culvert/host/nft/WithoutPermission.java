// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.ffm.FfmLibc;

import java.util.List;
import java.util.Optional;

/**
 * A program that masquerades and prints why it can not, for a process that has lost CAP_NET_ADMIN.
 */
final class WithoutPermission {
    private WithoutPermission() {}

    public static void main(String[] arguments) {
        try (Site site = new Site(new FfmLibc(), Optional.empty())) {
            print(() -> Masquerade.of(
                            new Mark("blue", "one", "eth0"), List.of(IfAddr.parse("10.1.0.2/16")))
                    .apply(site, new Undo()));
            print(() -> Masquerade.remove(site, new Mark("blue", "one", "eth0")));
            print(() -> Masquerade.requireKernel(site));
        }
    }

    private static void print(Runnable work) {
        try {
            work.run();
            System.out.println("done");
        } catch (ErrnoException e) {
            System.out.println(e.getMessage());
        }
    }
}
