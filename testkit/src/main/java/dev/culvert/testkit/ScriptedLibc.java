// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Detached;
import dev.culvert.sys.Libc;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A process's outside under the test's control: environment, standard input, standard output and
 * error, exit code. Every other call passes through to the real one. Not for use by several
 * threads.
 */
public final class ScriptedLibc {
    private final Libc real;
    private final Libc libc;
    private final byte[][] environment;
    private final byte[] input;
    private int read;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private OptionalInt exitCode = OptionalInt.empty();

    /** An environment in the map's order and a standard input that ends after the text's UTF-8. */
    public ScriptedLibc(Libc real, Map<String, String> environment, String input) {
        this(real, environment, input.getBytes(StandardCharsets.UTF_8));
    }

    /** An environment in the map's order and a standard input that ends after the bytes. */
    public ScriptedLibc(Libc real, Map<String, String> environment, byte[] input) {
        this(
                real,
                environment.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new),
                input);
    }

    /**
     * An environment word for word, which may repeat names, and a standard input that ends after
     * the bytes.
     */
    public ScriptedLibc(Libc real, String[] environment, byte[] input) {
        this(real, encoded(environment), input);
    }

    /** The same with entries of any bytes. */
    public ScriptedLibc(Libc real, byte[][] environment, byte[] input) {
        this.real = real;
        this.environment = environment.clone();
        this.input = input.clone();
        this.libc = (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {real instanceof Detached ? Detached.class : Libc.class},
                (proxy, method, arguments) ->
                        call(method, arguments == null ? new Object[0] : arguments));
    }

    private static byte[][] encoded(String[] texts) {
        byte[][] encoded = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            encoded[i] = texts[i].getBytes(StandardCharsets.UTF_8);
        }
        return encoded;
    }

    /** The interface to hand to the code under test. */
    public Libc libc() {
        return libc;
    }

    /** What was written to descriptor 1, as text. */
    public String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    /** What was written to descriptor 2, as text. */
    public String error() {
        return error.toString(StandardCharsets.UTF_8);
    }

    /** The code of the first call of exit; that call returns here, since the test has to go on. */
    public OptionalInt exitCode() {
        return exitCode;
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        int stream = method.getName().matches("read|write") ? (int) arguments[0] : -1;
        return switch (method.getName()) {
            case "environ" -> environment.clone();
            case "read" -> stream == 0 ? take(arguments) : pass(method, arguments);
            case "write" ->
                switch (stream) {
                    case 1 -> put(output, arguments);
                    case 2 -> put(error, arguments);
                    default -> pass(method, arguments);
                };
            case "exit" -> end((int) arguments[0]);
            default -> pass(method, arguments);
        };
    }

    private int take(Object[] arguments) {
        int count = Math.min((int) arguments[3], input.length - read);
        System.arraycopy(input, read, (byte[]) arguments[1], (int) arguments[2], count);
        read += count;
        return count;
    }

    private static int put(ByteArrayOutputStream stream, Object[] arguments) {
        int length = (int) arguments[3];
        stream.write((byte[]) arguments[1], (int) arguments[2], length);
        return length;
    }

    private Object end(int code) {
        exitCode = exitCode.isPresent() ? exitCode : OptionalInt.of(code);
        return null;
    }

    private Object pass(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
