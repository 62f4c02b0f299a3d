// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Detached;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes {@code sendDetached} work on the JVM, which cannot fork: a thread does what the child does
 * in the native binary. The socket stays open for it until it has the acknowledgement, whoever else
 * closes it.
 */
public final class DetachingLibc {
    private final Libc real;
    private final Set<Integer> lent = ConcurrentHashMap.newKeySet();
    private final Libc libc;
    private volatile int sent;

    public DetachingLibc(Libc real) {
        this.real = real;
        this.libc = (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Detached.class},
                (proxy, method, arguments) -> call(method, arguments));
    }

    /** The interface to hand to the code under test. */
    public Libc libc() {
        return libc;
    }

    /** How many requests were sent detached. */
    public int sent() {
        return sent;
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("sendDetached")) {
            byte[] data = new byte[(int) arguments[3]];
            System.arraycopy((byte[]) arguments[1], (int) arguments[2], data, 0, data.length);
            return detach((int) arguments[0], data);
        }
        if (method.getName().equals("close") && lent.contains((int) arguments[0])) {
            return 0;
        }
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private int detach(int fd, byte[] data) {
        int[] pipe = new int[2];
        int made = real.pipe2(pipe, Linux.O_CLOEXEC);
        if (made < 0) {
            return made;
        }
        lent.add(fd);
        sent++;
        Thread.ofPlatform().daemon().name("detached").start(() -> {
            real.send(fd, data, 0, data.length, 0);
            byte[] answer = new byte[4096];
            int length = real.recv(fd, answer, 0, answer.length, 0);
            // struct nlmsghdr, 16 bytes, then the error as a negated number.
            if (length >= 20 && (answer[16] | answer[17]) != 0) {
                real.write(pipe[1], new byte[] {(byte) -answer[16], 0, 0, 0}, 0, 4);
            }
            real.close(pipe[1]);
            lent.remove(fd);
            real.close(fd);
        });
        return pipe[0];
    }
}
