// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * One function of the C library, linked at its first call.
 *
 * <p>Linking costs 5 to 6 ms each, so what a program does not call it does not pay for. The name
 * stands once: what is looked up is what is called.
 */
final class CFunction {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_AT =
            STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodType GENERIC =
            MethodType.methodType(long.class, MemorySegment.class, Object[].class);

    private final String name;
    private final FunctionDescriptor type;
    private final int firstVariadic;
    private volatile MethodHandle handle;

    /**
     * @param types the answer's type, a colon, the parameters' types: {@code i} int, {@code l} long
     *     or size_t, {@code p} pointer; a dot stands before the first variadic one
     *     ({@code "i:pi.i"})
     */
    CFunction(String name, String types) {
        this.name = name;
        String parameters = types.substring(2).replace(".", "");
        MemoryLayout[] layouts = new MemoryLayout[parameters.length()];
        for (int i = 0; i < layouts.length; i++) {
            layouts[i] = layout(parameters.charAt(i));
        }
        this.type = FunctionDescriptor.of(layout(types.charAt(0)), layouts);
        this.firstVariadic = types.indexOf('.') - 2;
    }

    private static MemoryLayout layout(char type) {
        return switch (type) {
            case 'i' -> ValueLayout.JAVA_INT;
            case 'l' -> ValueLayout.JAVA_LONG;
            case 'p' -> ValueLayout.ADDRESS;
            default -> throw new IllegalArgumentException("unknown type " + type);
        };
    }

    /** What the function returned, or the negated errno when that was negative. */
    long call(Arena arena, Object... arguments) {
        MemorySegment state = arena.allocate(STATE);
        long value;
        try {
            value = (long) linked().invokeExact(state, arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("call of " + name, e);
        }
        return value < 0 ? -state.get(ValueLayout.JAVA_INT, ERRNO_AT) : value;
    }

    /** Two threads may link at once: both handles are good, one is kept. */
    private MethodHandle linked() {
        MethodHandle known = handle;
        if (known == null) {
            known = link();
            handle = known;
        }
        return known;
    }

    @SuppressWarnings("restricted")
    private MethodHandle link() {
        MemorySegment symbol = find(name);
        Linker.Option errno = Linker.Option.captureCallState("errno");
        MethodHandle exact = firstVariadic < 0
                ? LINKER.downcallHandle(symbol, type, errno)
                : LINKER.downcallHandle(
                        symbol, type, errno, Linker.Option.firstVariadicArg(firstVariadic));
        return exact.asSpreader(Object[].class, type.argumentLayouts().size()).asType(GENERIC);
    }

    /** The address of a symbol of the C library. */
    static MemorySegment find(String symbol) {
        return LINKER.defaultLookup()
                .find(symbol)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + symbol));
    }
}
