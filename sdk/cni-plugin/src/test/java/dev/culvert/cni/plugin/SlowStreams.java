// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Standard input and output that do not block: each is ready for a few bytes once it was waited
 * for, and answers EAGAIN until then.
 */
final class SlowStreams {
    /** A call on a stream that is not ready, again and again: it would burn the processor. */
    private static final int MAX_REFUSALS_IN_A_ROW = 1;

    private static final int BYTES = 7;

    private final Libc real;
    private final boolean[] ready = new boolean[2];
    private int refusals;

    /** What was waited for: descriptor and events, in order. */
    final List<String> waits = new ArrayList<>();

    private SlowStreams(Libc real) {
        this.real = real;
    }

    static SlowStreams over(Libc real) {
        return new SlowStreams(real);
    }

    Libc libc() {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> call(method, arguments));
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "poll" -> poll((byte[]) arguments[0]);
            case "read", "write" ->
                (int) arguments[0] < 2 ? some(method, arguments) : pass(method, arguments);
            default -> pass(method, arguments);
        };
    }

    /** One descriptor is waited for at a time. */
    private int poll(byte[] pollfd) {
        waits.add(pollfd[0] + ":" + pollfd[4]);
        ready[pollfd[0]] = true;
        refusals = 0;
        return 1;
    }

    private Object some(Method method, Object[] arguments) throws Throwable {
        int fd = (int) arguments[0];
        if (!ready[fd]) {
            if (++refusals > MAX_REFUSALS_IN_A_ROW) {
                throw new AssertionError(method.getName() + " again without waiting");
            }
            return Errno.EAGAIN.negated();
        }
        ready[fd] = false;
        Object[] few = arguments.clone();
        few[3] = Math.min(BYTES, (int) few[3]);
        return pass(method, few);
    }

    private Object pass(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
