// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.cni.plugin.Skeleton;
import dev.culvert.it.JvmMain;
import dev.culvert.it.Plugins;
import dev.culvert.plugins.Catalogue;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.ScriptedLibc;

import java.io.File;
import java.nio.file.Path;
import java.util.List;

/** Where a call is made; in each of them the calling thread's namespaces are the host's. */
enum World {
    /**
     * The classes on this thread: the same as {@link #JVM} but for what a process of its own is
     * needed for.
     */
    HERE {
        @Override
        Answer run(Call call) {
            return here(new FfmLibc(), call);
        }
    },
    /** A Java program; half a second each. */
    JVM {
        @Override
        Answer run(Call call) {
            return Program.run(call, command(call.plugin()));
        }

        @Override
        List<String> command(String plugin) {
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dstdout.encoding=UTF-8",
                    "-cp",
                    absolute(System.getProperty("java.class.path")),
                    JvmMain.class.getName(),
                    plugin);
        }
    },
    /** The binary. */
    NATIVE {
        @Override
        Answer run(Call call) {
            return Program.run(call, command(call.plugin()));
        }

        @Override
        List<String> command(String plugin) {
            return List.of(Plugins.underTest().resolve(plugin).toString());
        }
    };

    abstract Answer run(Call call);

    /** The words that start the plugin as a process of its own. */
    List<String> command(String plugin) {
        throw new IllegalStateException(this + " is no process of its own");
    }

    /**
     * The classes on this thread over other system calls, to which the environment and the streams
     * are added.
     */
    static Answer here(Libc libc, Call call) {
        ScriptedLibc process = new ScriptedLibc(libc, call.environment(), call.input());
        int code = Skeleton.run(process.libc(), Catalogue.all().get(call.plugin()));
        return new Answer(code, process.output(), process.error());
    }

    private static String absolute(String classPath) {
        return List.of(classPath.split(File.pathSeparator)).stream()
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
    }
}
