// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.OptionalLong;

/**
 * A link whose other end is a file: a program that opens {@code /dev/net/tun}, such as a virtual
 * machine, sends and receives its Ethernet frames.
 *
 * @kernel include/uapi/linux/if_tun.h, drivers/net/tun.c
 */
public final class TapDevice {
    private static final String CONTROL = "/dev/net/tun";
    private static final int IFNAMSIZ = 16;
    private static final int IFREQ_SIZE = 40;

    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETPERSIST = 0x400454cbL;
    private static final long TUNSETOWNER = 0x400454ccL;
    private static final long TUNSETGROUP = 0x400454ceL;

    private static final int IFF_TAP = 0x0002;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int IFF_TUN_EXCL = 0x8000;

    private TapDevice() {}

    /**
     * Makes a tap link in the network namespace of the calling thread. It stays when this process
     * ends; before the last call it goes with it.
     *
     * @param name of at most 15 bytes
     * @param multiQueue whether several files may be open on it
     * @param owner the user that may open it, unsigned 32 bits; root alone if both are absent
     * @param group the group that may open it
     * @throws ErrnoException EBUSY if there is a link of that name, ENOENT or ENODEV if the kernel
     *     has no tap devices
     */
    public static void create(
            Libc libc, String name, boolean multiQueue, OptionalLong owner, OptionalLong group) {
        try (OpenFile control = OpenFile.open(libc, CONTROL, Linux.O_RDWR, 0)) {
            int flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_TUN_EXCL;
            check("create tap", name, ask(libc, control, name, multiQueue, flags));
            if (owner.isPresent()) {
                set(libc, control, "set owner of tap", name, TUNSETOWNER, owner.getAsLong());
            }
            if (group.isPresent()) {
                set(libc, control, "set group of tap", name, TUNSETGROUP, group.getAsLong());
            }
            set(libc, control, "keep tap", name, TUNSETPERSIST, 1);
        }
    }

    // struct ifreq: name 16 bytes | flags u16 | unused
    private static int ask(
            Libc libc, OpenFile control, String name, boolean multiQueue, int flags) {
        byte[] request = new byte[IFREQ_SIZE];
        byte[] text = Utf8.encode(name);
        System.arraycopy(text, 0, request, 0, Math.min(text.length, IFNAMSIZ - 1));
        int all = flags | (multiQueue ? IFF_MULTI_QUEUE : 0);
        request[IFNAMSIZ] = (byte) all;
        request[IFNAMSIZ + 1] = (byte) (all >> 8);
        int answer = libc.ioctl(control.fd(), TUNSETIFF, request);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.ioctl(control.fd(), TUNSETIFF, request);
        }
        return answer;
    }

    private static void set(
            Libc libc,
            OpenFile control,
            String operation,
            String name,
            long request,
            long argument) {
        int answer = libc.ioctl(control.fd(), request, argument);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.ioctl(control.fd(), request, argument);
        }
        check(operation, name, answer);
    }

    private static void check(String operation, String name, int answer) {
        if (answer < 0) {
            throw new ErrnoException(operation, name, answer);
        }
    }
}
