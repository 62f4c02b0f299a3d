// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import dev.culvert.sys.Libc;
import dev.culvert.sys.teavm.CLibc;

/** The native binary's way in; nothing else is decided here. */
final class Main {
    private Main() {}

    /** The arguments are not used: TeaVM's have lost what is not ASCII. */
    public static void main(String[] args) {
        Libc libc = new CLibc();
        libc.exit(new Culvert(libc, CLibc.programName()).run());
    }
}
