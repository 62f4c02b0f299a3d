// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Libc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** System calls that read and write at most three bytes at once, as a kernel may. */
record ShortLibc(Libc real) {
    private static final Set<String> SHORT = Set.of("read", "write", "pread", "pwrite");

    Libc libc() {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    if (SHORT.contains(method.getName())) {
                        arguments[3] = Math.min(3, (int) arguments[3]);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
