// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Answers the first sends on any socket itself, with an error to their first message, as the kernel
 * does to a batch.
 */
public final class RefusingKernel {
    private final Libc real;
    private final int error;
    private final int times;
    private final Deque<byte[]> answers = new ArrayDeque<>();
    private int sends;

    public RefusingKernel(Libc real, int error, int times) {
        this.real = real;
        this.error = error;
        this.times = times;
    }

    public Libc libc() {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("send") && sends++ < times) {
                        return refuse((byte[]) arguments[1], (int) arguments[3]);
                    }
                    if (method.getName().equals("recv") && sends <= times) {
                        return answer((byte[]) arguments[1]);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    public int sends() {
        return sends;
    }

    private int refuse(byte[] request, int length) {
        NlReader header = new NlReader("request", request, 0, length);
        int sequence = header.skip(8).u32();
        answers.add(new NlWriter()
                .begin(Nl.NLMSG_ERROR, Nl.NLM_F_CAPPED, sequence)
                .u32(-error)
                .zeros(16)
                .end()
                .toBytes());
        return length;
    }

    private int answer(byte[] buffer) {
        if (answers.isEmpty()) {
            return Errno.EAGAIN.negated();
        }
        byte[] answer = answers.remove();
        System.arraycopy(answer, 0, buffer, 0, answer.length);
        return answer.length;
    }
}
