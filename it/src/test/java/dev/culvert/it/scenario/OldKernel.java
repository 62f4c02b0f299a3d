// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** System calls of a kernel that lacks something. */
final class OldKernel {
    private OldKernel() {}

    /** Without nftables, as built without CONFIG_NETFILTER_NETLINK. */
    static Libc withoutNetfilter(Libc real) {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("socket")
                            && arguments[2].equals(Linux.NETLINK_NETFILTER)) {
                        return Errno.EPROTONOSUPPORT.negated();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
