// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testreport;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Writes what a module's test run came to into the file that the property {@code culvert.report}
 * names; without it, nothing. {@link TestReport} sums and judges the runs of all modules, which are
 * JVMs of their own.
 */
public final class ReportListener implements TestExecutionListener {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Optional<Path> file;
    private final String module;
    private final Map<String, Long> startedNanos = new HashMap<>();
    private final TreeSet<String> kernelClasses = new TreeSet<>();
    private final Map<String, Long> classMillis = new HashMap<>();
    private HostObjects before = HostObjects.none();
    private TestPlan plan;
    private int passed;
    private int failed;
    private int skipped;

    public ReportListener() {
        this(
                Optional.ofNullable(System.getProperty("culvert.report")).map(Path::of),
                Path.of(System.getProperty("basedir", ""))
                        .toAbsolutePath()
                        .getFileName()
                        .toString());
    }

    ReportListener(Optional<Path> file, String module) {
        this.file = file;
        this.module = module;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
        if (file.isPresent()) {
            before = HostObjects.now();
            write("began", module);
        }
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        startedNanos.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skip(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        long started = startedNanos.remove(test.getUniqueId());
        long millis = (System.nanoTime() - started) / 1_000_000;
        switch (result.getStatus()) {
            case ABORTED ->
                skip(test, result.getThrowable().map(Throwable::getMessage).orElse(""));
            case FAILED -> failed++;
            case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
        }
        if (test.isTest() && test.getTags().contains(TestTag.create("kernel"))) {
            kernelClasses.add(className(test));
        }
        if (test.getSource().orElse(null) instanceof ClassSource && !isNested(test)) {
            classMillis.merge(className(test), millis, Long::sum);
        }
    }

    private boolean isNested(TestIdentifier test) {
        return plan.getParent(test)
                .flatMap(TestIdentifier::getSource)
                .filter(ClassSource.class::isInstance)
                .isPresent();
    }

    /** A class that is skipped as a whole counts as each of its tests. */
    private void skip(TestIdentifier test, String reason) {
        long tests = test.isTest()
                ? 1
                : plan.getDescendants(test).stream()
                        .filter(TestIdentifier::isTest)
                        .count();
        skipped += (int) Math.max(1, tests);
        String told = String.valueOf(reason).lines().findFirst().orElse("");
        write("skip", module, className(test) + " " + test.getDisplayName(), told);
    }

    private static String className(TestIdentifier test) {
        return switch (test.getSource().orElse(null)) {
            case MethodSource source -> outermost(source.getClassName());
            case ClassSource source -> outermost(source.getClassName());
            case null, default -> test.getDisplayName();
        };
    }

    private static String outermost(String name) {
        return name.replaceAll("\\$.*", "").replaceFirst("^dev\\.culvert\\.", "");
    }

    @Override
    public void testPlanExecutionFinished(TestPlan finished) {
        classMillis.forEach(
                (name, millis) -> write("class", ring(name).name(), Long.toString(millis), name));
        write(
                "ended",
                module,
                Integer.toString(passed),
                Integer.toString(failed),
                Integer.toString(skipped));
        if (file.isPresent()) {
            before.leftSince(PATIENCE).forEach(object -> write("left", module, object));
        }
    }

    private TestReport.Ring ring(String className) {
        if (module.equals("it")) {
            return TestReport.Ring.PROCESS;
        }
        return kernelClasses.contains(className) ? TestReport.Ring.KERNEL : TestReport.Ring.PURE;
    }

    private void write(String... words) {
        file.ifPresent(path -> TestReport.append(path, List.of(words)));
    }
}
