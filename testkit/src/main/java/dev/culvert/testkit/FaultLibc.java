// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Detached;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts the system calls made through it and makes chosen ones fail instead of being made.
 *
 * <p>A test first runs the work undisturbed and reads {@link #calls()}; then it runs it once for
 * each of them with that one failing. Not for use by several threads.
 */
public final class FaultLibc {
    /** Calls that the kernel cannot refuse: they are listed, but a fault is never put on them. */
    private static final Set<String> SURE = Set.of("getpid", "geteuid", "umask", "environ", "exit");

    private final Libc real;
    private final Libc libc;
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private final List<Fault> faults = new ArrayList<>();
    private final Set<Integer> open = new TreeSet<>();
    private int killAt;

    /**
     * A call that was made.
     *
     * @param number its place among all calls, from 1
     * @param nth its place among the calls of that name, from 1
     * @param arguments its arguments for people; arrays as their length
     * @param answer what it answered
     * @param failed whether the answer was put in place of the call
     */
    public record Call(
            int number, String name, int nth, String arguments, Object answer, boolean failed) {
        /** Whether the kernel could have refused it. */
        public boolean canFail() {
            return !SURE.contains(name);
        }

        @Override
        public String toString() {
            return number + ": " + name + "#" + nth + "(" + arguments + ") = " + answer
                    + (failed ? " (fault)" : "");
        }
    }

    /** Thrown at the call that {@link #killAt} names, and at each one after it. */
    @SuppressWarnings("serial")
    public static final class Killed extends Error {
        private Killed(int number) {
            super("killed at system call " + number);
        }
    }

    /** An errno for one call: by its place among all, or (with a name) among those of that name. */
    private record Fault(String name, int place, Errno errno) {}

    /** Passes everything on until faults are set. */
    public FaultLibc(Libc real) {
        this.real = real;
        this.libc = (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {real instanceof Detached ? Detached.class : Libc.class},
                (proxy, method, arguments) -> call(method, arguments));
    }

    /** The interface to hand to the code under test. */
    public Libc libc() {
        return libc;
    }

    /**
     * The call with that number among all, from 1, answers the errno and is not made; close is, as
     * by the kernel.
     */
    public FaultLibc failAt(int number, Errno errno) {
        faults.add(new Fault("", number, errno));
        return this;
    }

    /** The n-th call of that name, from 1, answers the errno and is not made. */
    public FaultLibc fail(String name, int nth, Errno errno) {
        requireName(name);
        faults.add(new Fault(name, nth, errno));
        return this;
    }

    /** Every call of that name answers the errno and is not made. */
    public FaultLibc failAll(String name, Errno errno) {
        return fail(name, 0, errno);
    }

    /**
     * Behaves from the call with that number on, from 1, as if the process had been killed there:
     * neither that call nor any later one is made, not even by what the code under test does to
     * clean up. The descriptors that it had open are closed, as the kernel does.
     */
    public FaultLibc killAt(int number) {
        killAt = number;
        return this;
    }

    /** The calls so far, in their order. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The descriptors that were opened and not closed again so far. */
    public Set<Integer> openDescriptors() {
        return Set.copyOf(open);
    }

    /** How many calls of that name were made or made to fail. */
    public int count(String name) {
        requireName(name);
        return counts.getOrDefault(name, 0);
    }

    private static void requireName(String name) {
        if (Arrays.stream(Detached.class.getMethods())
                .noneMatch(method -> method.getName().equals(name))) {
            throw new IllegalArgumentException("Libc has no call " + name);
        }
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return pass(this, method, arguments);
        }
        int number = calls.size() + 1;
        if (killAt > 0 && number >= killAt) {
            open.forEach(real::close);
            open.clear();
            throw new Killed(number);
        }
        int nth = counts.merge(name, 1, Integer::sum);
        Errno errno = SURE.contains(name) ? Errno.UNKNOWN : chosen(name, number, nth);
        boolean failed = errno != Errno.UNKNOWN;
        boolean made =
                !failed || name.equals("close"); // The kernel closes even when it reports an error.
        Object given = made ? pass(real, method, arguments) : null;
        Object answer = failed ? negated(method, errno) : given;
        if (made && !(given instanceof Integer value && value < 0)) {
            follow(name, arguments, given);
        }
        calls.add(new Call(
                number, name, nth, describe(arguments), answer == null ? "" : answer, failed));
        return answer;
    }

    /** Keeps count of the descriptors that are open. */
    private void follow(String name, Object[] arguments, Object answer) {
        switch (name) {
            case "open", "openat", "socket", "sendDetached" -> open.add((int) answer);
            case "pipe2" -> {
                open.add(((int[]) arguments[0])[0]);
                open.add(((int[]) arguments[0])[1]);
            }
            case "close" -> open.remove((int) arguments[0]);
            default -> {}
        }
    }

    private Errno chosen(String name, int number, int nth) {
        for (Fault fault : faults) {
            boolean hit = fault.name.isEmpty()
                    ? fault.place == number
                    : fault.name.equals(name) && (fault.place == nth || fault.place == 0);
            if (hit) {
                return fault.errno;
            }
        }
        return Errno.UNKNOWN;
    }

    private static Object negated(Method method, Errno errno) {
        if (method.getReturnType() == long.class) {
            return (long) errno.negated();
        }
        return errno.negated();
    }

    private static Object pass(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String describe(Object[] arguments) {
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments == null ? new Object[0] : arguments) {
            texts.add(
                    switch (argument) {
                        case byte[] bytes -> "byte[" + bytes.length + "]";
                        case int[] ints -> "int[" + ints.length + "]";
                        case String[] strings -> Arrays.toString(strings);
                        default -> argument.toString();
                    });
        }
        return String.join(", ", texts);
    }
}
