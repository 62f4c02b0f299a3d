// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs each test, with its {@code @BeforeEach} and {@code @AfterEach} methods, on a platform thread
 * of its own in a fresh network namespace, and fails it when something is left there afterwards: a
 * link other than lo, an nftables table, a child process.
 *
 * <p>Processes that the test starts are in the namespace too. Without root the test JVM has to run
 * inside a user namespace, as {@code ./dev test} arranges; where the kernel refuses a namespace the
 * test is skipped and says so.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(InNetnsExtension.class)
@Tag("kernel")
public @interface InNetns {
    /**
     * Also a mount namespace, whose mounts stay in it and whose /sys shows the new network
     * namespace.
     */
    boolean mounts() default false;

    /**
     * Whether the test may leave links and tables, which end with the namespace. Processes never.
     */
    boolean mayLeave() default false;
}
