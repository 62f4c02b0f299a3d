// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary.build;

import org.teavm.diagnostics.DefaultProblemTextConsumer;
import org.teavm.diagnostics.Problem;
import org.teavm.tooling.EmptyTeaVMToolLog;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.tooling.TeaVMToolException;
import org.teavm.vm.TeaVMOptimizationLevel;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;

/**
 * Translates a main class and what it reaches to C: {@code NativeBuild MAIN_CLASS OUT_DIR
 * release|debug|torture}. The class path that this tool was started with is the program's, TeaVM's
 * own jars included.
 *
 * <p>A class or method that TeaVM's library lacks is an error here, with file and line, and never a
 * surprise at run time. {@code release} has short names; {@code debug} keeps class names and line
 * numbers for stack traces and gdb; {@code torture} is the release that collects garbage all the
 * time and looks at the whole heap.
 */
public final class NativeBuild {
    /**
     * What the heap has at first. It is address space until it is touched, so that its size costs
     * nothing, and the collector has nothing to do in the short life of a plugin.
     */
    private static final int HEAP_BYTES = 64 << 20;
    /** It doubles as often as needed, until this: the largest text, and all that is made of it. */
    private static final int MAX_HEAP_BYTES = 512 << 20;
    /** Small, so that the heap grows and shrinks. */
    private static final int TORTURE_HEAP_BYTES = 256 << 10;

    private final String mainClass;
    private final File folder;
    private final boolean debug;
    private final boolean torture;

    private NativeBuild(String mainClass, File folder, String kind) {
        this.mainClass = mainClass;
        this.folder = folder;
        this.debug = kind.equals("debug");
        this.torture = kind.equals("torture");
    }

    /**
     * Ends with 0 when C was written, 1 when the program can't be translated, 2 when called
     * wrongly.
     */
    public static void main(String[] args) throws TeaVMToolException, IOException {
        System.exit(run(args, System.err));
    }

    static int run(String[] args, PrintStream errors) throws TeaVMToolException, IOException {
        if (args.length != 3 || !args[2].matches("release|debug|torture")) {
            errors.println("usage: NativeBuild MAIN_CLASS OUT_DIR release|debug|torture");
            return 2;
        }
        List<String> problems = new NativeBuild(args[0], new File(args[1]), args[2]).generate();
        problems.forEach(errors::println);
        return problems.isEmpty() ? 0 : 1;
    }

    /** Writes the C files; answers what stands against it. */
    private List<String> generate() throws TeaVMToolException, IOException {
        TeaVMTool tool = tool();
        tool.generate();
        List<String> problems = new ArrayList<>();
        for (Problem problem : tool.getProblemProvider().getProblems()) {
            problems.add(describe(problem));
        }
        if (problems.isEmpty()) {
            GeneratedC generated = new GeneratedC(folder.toPath());
            generated.correct(debug);
            if (torture) {
                generated.torture();
            }
        }
        return problems;
    }

    private TeaVMTool tool() {
        TeaVMTool tool = new TeaVMTool();
        tool.setTargetType(TeaVMTargetType.C);
        tool.setMainClass(mainClass);
        tool.setTargetDirectory(folder);
        tool.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
        tool.setMinHeapSize(torture ? TORTURE_HEAP_BYTES : HEAP_BYTES);
        tool.setMaxHeapSize(MAX_HEAP_BYTES);
        tool.setObfuscated(!debug);
        tool.setDebugInformationGenerated(debug);
        tool.setShortFileNames(true);
        tool.setStrict(true);
        tool.setLog(new EmptyTeaVMToolLog());
        List<File> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(new File(entry));
        }
        tool.setClassPath(classPath);
        URL[] urls = classPath.stream().map(File::toURI).map(NativeBuild::url).toArray(URL[]::new);
        tool.setClassLoader(new URLClassLoader(urls, NativeBuild.class.getClassLoader()));
        return tool;
    }

    private static URL url(URI uri) {
        try {
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(uri.toString(), e);
        }
    }

    private static String describe(Problem problem) {
        DefaultProblemTextConsumer text = new DefaultProblemTextConsumer();
        problem.render(text);
        String where = problem.getLocation() == null
                ? ""
                : " at " + problem.getLocation().getMethod() + " "
                        + problem.getLocation().getSourceLocation();
        return problem.getSeverity() + ": " + text.getText() + where;
    }
}
