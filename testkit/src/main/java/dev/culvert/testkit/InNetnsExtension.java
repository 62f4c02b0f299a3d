// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Moves what JUnit would call itself to the thread that is in the test's namespace. */
final class InNetnsExtension
        implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor {
    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(InNetnsExtension.class);

    /** The thread of a test and the processes that were there before it. */
    private record Room(NetnsThread thread, InNetns wish, Set<Long> childrenBefore) {}

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        InNetns wish = AnnotationSupport.findAnnotation(context.getElement(), InNetns.class)
                .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), InNetns.class))
                .orElseThrow();
        Set<Long> children = ProcessHandle.current()
                .children()
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
        context.getStore(STORE)
                .put(Room.class, new Room(NetnsThread.openFresh(wish.mounts()), wish, children));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Room room = context.getStore(STORE).remove(Room.class, Room.class);
        try (NetnsThread thread = room.thread) {
            List<String> left = new ArrayList<>();
            if (!room.wish.mayLeave()) {
                thread.call(() -> left.addAll(new Witness().leftovers()));
            }
            for (ProcessHandle child : newChildren(room.childrenBefore)) {
                left.add("process " + child.pid());
                child.destroyForcibly();
                child.onExit().get(10, TimeUnit.SECONDS);
            }
            if (!left.isEmpty() && context.getExecutionException().isEmpty()) {
                throw new AssertionError("the test left behind: " + String.join("; ", left));
            }
        }
    }

    private static List<ProcessHandle> newChildren(Set<Long> before) {
        return ProcessHandle.current()
                .children()
                .filter(child -> !before.contains(child.pid()))
                .toList();
    }

    private static <T> T inside(Invocation<T> invocation, ExtensionContext context)
            throws Throwable {
        return context.getStore(STORE).get(Room.class, Room.class).thread.call(invocation::proceed);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        inside(invocation, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        inside(invocation, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        inside(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        inside(invocation, context);
    }
}
