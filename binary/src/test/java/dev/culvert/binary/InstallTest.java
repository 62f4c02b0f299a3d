// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

final class InstallTest {
    private static final List<String> NAMES = List.of("bridge", "ptp", "culvert");

    @TempDir
    private Path root;

    private Path folder;
    private Path program;
    private Map<String, String> before;

    @BeforeEach
    void fill() throws IOException {
        folder = Files.createDirectory(root.resolve("bin dir"));
        program = Files.writeString(root.resolve("program"), "one");
        Files.writeString(folder.resolve("bridge"), "reference bridge");
        Files.setPosixFilePermissions(
                folder.resolve("bridge"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.writeString(folder.resolve("other"), "somebody's");
        before = picture();
    }

    private Install install() {
        return install(new FfmLibc());
    }

    private Install install(Libc libc) {
        return new Install(libc, folder.toString());
    }

    private void run() {
        install().run(program.toString(), NAMES);
    }

    /** Every path below the folder with its mode and content. */
    private Map<String, String> picture() throws IOException {
        Map<String, String> picture = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.toList()) {
                String content = Files.isSymbolicLink(path)
                        ? "-> " + Files.readSymbolicLink(path)
                        : Files.isDirectory(path)
                                ? "folder"
                                : Files.getPosixFilePermissions(path) + " "
                                        + Files.readString(path);
                picture.put(folder.relativize(path).toString(), content);
            }
        }
        return picture;
    }

    /** An upgrade under the plain names alone must not leave an older program under the others. */
    @Test
    void upgrade_takesEarlierNamesAlong() throws IOException {
        install().run(program.toString(), List.of("cnv-bridge", "culvert"));
        Files.writeString(folder.resolve("cnv-ptp"), "somebody's");
        Files.writeString(program, "two");

        run();

        assertThat(content("cnv-bridge")).isEqualTo("two");
        assertThat(content("cnv-ptp")).isEqualTo("somebody's");
        install().undo();
        Files.delete(folder.resolve("cnv-ptp"));
        assertThat(picture()).isEqualTo(before);
    }

    private String content(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private Object inode(String name) throws IOException {
        return Files.getAttribute(folder.resolve(name), "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void names_areHardLinksOfOneExecutable() throws IOException {
        run();

        assertThat(NAMES).allSatisfy(name -> assertThat(content(name)).isEqualTo("one"));
        assertThat(inode("bridge")).isEqualTo(inode("ptp")).isEqualTo(inode("culvert"));
        assertThat(folder.resolve("ptp")).isExecutable();
        assertThat(content("other")).isEqualTo("somebody's");
    }

    @Test
    void undo_bringsBackExactlyWhatWasThere() throws IOException {
        run();

        String told = install().undo();

        assertThat(picture()).isEqualTo(before);
        assertThat(told)
                .contains(
                        "brought back " + folder.resolve("bridge"),
                        "removed " + folder.resolve("ptp"));
    }

    @Test
    void secondInstall_keepsTheFirstOriginal() throws IOException {
        run();
        Files.writeString(program, "two");
        run();

        assertThat(content("bridge")).isEqualTo("two");
        install().undo();
        assertThat(picture()).isEqualTo(before);
    }

    @Test
    void undoTwice_doesNothingTheSecondTime() throws IOException {
        run();
        install().undo();

        assertThat(install().undo()).isEqualTo("nothing to undo in " + folder + "\n");
        assertThat(picture()).isEqualTo(before);
    }

    @Test
    void programOfAPackageUpgrade_isKeptByInstallAndLeftByUndo() throws IOException {
        run();
        Files.delete(folder.resolve("bridge"));
        Files.writeString(folder.resolve("bridge"), "newer reference");

        assertThat(install().undo()).contains("left " + folder.resolve("bridge"));
        assertThat(content("bridge")).isEqualTo("newer reference");
        run();
        install().undo();
        assertThat(content("bridge")).isEqualTo("newer reference");
    }

    @Test
    void symbolicLink_isKeptAsOne() throws IOException {
        Files.createSymbolicLink(folder.resolve("ptp"), Path.of("../elsewhere"));
        before = picture();
        run();

        assertThat(content("ptp")).isEqualTo("one");
        install().undo();
        assertThat(picture()).isEqualTo(before);
    }

    @Test
    void withoutHardLinks_copiesDo() throws IOException {
        for (Errno errno : List.of(Errno.EXDEV, Errno.EPERM, Errno.EMLINK)) {
            Libc libc = new FaultLibc(new FfmLibc()).failAll("linkat", errno).libc();
            install(libc).run(program.toString(), NAMES);

            assertThat(content("ptp")).isEqualTo("one");
            assertThat(inode("bridge")).isNotEqualTo(inode("ptp"));
            assertThat(Files.getPosixFilePermissions(folder.resolve(".culvert-replaced/bridge")))
                    .isEqualTo(PosixFilePermissions.fromString("rwxr-x--x"));
            install(libc).undo();
            assertThat(picture()).isEqualTo(before);
        }
    }

    @Test
    void everyCallRefused_leavesAWholeProgramUnderEachNameAndUndoHelps() throws IOException {
        FaultLibc whole = new FaultLibc(new FfmLibc());
        install(whole.libc()).run(program.toString(), NAMES);
        install().undo();
        for (FaultLibc.Call call : whole.calls()) {
            FaultLibc fault = new FaultLibc(new FfmLibc()).failAt(call.number(), Errno.EIO);
            runBroken(fault, call);
        }
    }

    @Test
    void killedAtEveryCall_leavesAWholeProgramUnderEachNameAndUndoHelps() throws IOException {
        FaultLibc whole = new FaultLibc(new FfmLibc());
        install(whole.libc()).run(program.toString(), NAMES);
        install().undo();
        for (FaultLibc.Call call : whole.calls()) {
            runBroken(new FaultLibc(new FfmLibc()).killAt(call.number()), call);
        }
    }

    private void runBroken(FaultLibc fault, FaultLibc.Call call) throws IOException {
        try {
            install(fault.libc()).run(program.toString(), NAMES);
        } catch (ErrnoException | FaultLibc.Killed e) {
            assertThat(content("bridge")).as(call.toString()).isIn("reference bridge", "one");
        }
        install().undo();
        assertThat(picture()).as("undone after " + call).isEqualTo(before);
    }

    @Test
    void killedSecondInstall_isUndoneToTheFirstOriginal() throws IOException {
        run();
        FaultLibc whole = new FaultLibc(new FfmLibc());
        install(whole.libc()).run(program.toString(), NAMES);
        for (FaultLibc.Call call : whole.calls()) {
            run();
            Files.writeString(program, "version " + call.number());
            try {
                install(new FaultLibc(new FfmLibc()).killAt(call.number()).libc())
                        .run(program.toString(), NAMES);
            } catch (FaultLibc.Killed e) {
                Files.writeString(program, "later version " + call.number());
            }
            run();
            install().undo();
            assertThat(picture()).as("undone after " + call).isEqualTo(before);
        }
    }

    @Test
    void missingFolder_isNamed() {
        assertThatThrownBy(() ->
                        new Install(new FfmLibc(), "/nonexistent").run(program.toString(), NAMES))
                .hasMessage("install into /nonexistent: ENOENT (No such file or directory)");
        assertThatThrownBy(() -> new Install(new FfmLibc(), program.toString())
                        .run(program.toString(), NAMES))
                .hasMessageContaining("ENOTDIR");
    }

    @Test
    void folderInTheWay_isNamedAndNothingChanges() throws IOException {
        Files.createDirectory(folder.resolve("ptp"));
        before = picture();

        assertThatThrownBy(this::run).hasMessageContaining("ptp: EISDIR");
        assertThat(picture()).isEqualTo(before);
    }

    @Test
    void noRoom_leavesTheNamesAlone() throws IOException {
        Libc full = new FaultLibc(new FfmLibc()).failAll("write", Errno.ENOSPC).libc();

        assertThatThrownBy(() -> install(full).run(program.toString(), NAMES))
                .hasMessageContaining("ENOSPC");
        assertThat(content("bridge")).isEqualTo("reference bridge");
        install().undo();
        assertThat(picture()).isEqualTo(before);
    }

    // A folder that somebody else can write to

    private Path kept() {
        return folder.resolve(".culvert-replaced");
    }

    @Test
    void linkInPlaceOfTheKept_isNamed_andNothingIsMadeBehindIt() throws IOException {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.createSymbolicLink(elsewhere.resolve("ptp.absent"), root.resolve("made"));
        Files.createSymbolicLink(kept(), elsewhere);

        assertThatThrownBy(this::run)
                .hasMessage("open " + kept() + ", which is a symbolic link: "
                        + "ELOOP (Too many levels of symbolic links)");
        assertThatThrownBy(() -> install().undo()).hasMessageContaining(kept().toString());
        assertThat(root.resolve("made")).doesNotExist();
        assertThat(content("bridge")).isEqualTo("reference bridge");
    }

    @Test
    void keptThatOthersWrote_isNamed_andNothingOfItIsMovedIn() throws IOException {
        Files.createDirectory(kept());
        Files.setPosixFilePermissions(kept(), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(kept().resolve("ptp"), "a trap");

        assertThatThrownBy(() -> install().undo())
                .hasMessageContaining(kept() + ", which another user can write to");
        assertThatThrownBy(this::run)
                .hasMessageContaining(kept() + ", which another user can write to");
        assertThat(folder.resolve("ptp")).doesNotExist();
    }

    @Test
    void keptOfAnotherUser_isNamed() throws IOException {
        Assumptions.assumeTrue(new FfmLibc().geteuid() == 0, "only root can give a folder away");
        Files.createDirectory(kept());
        Files.setAttribute(kept(), "unix:uid", 65534);
        Files.writeString(kept().resolve("ptp"), "a trap");

        assertThatThrownBy(() -> install().undo())
                .hasMessageContaining(kept() + ", which another user can write to");
        assertThat(folder.resolve("ptp")).doesNotExist();
    }

    @Test
    void linksInTheKept_areNotWrittenThrough() throws IOException {
        Files.createDirectory(kept());
        Path made = root.resolve("made");
        Files.createSymbolicLink(kept().resolve(".ours-1.part"), made);
        Files.createSymbolicLink(kept().resolve("ptp.absent"), made);

        assertThatThrownBy(this::run)
                .hasMessageContaining(kept() + "/ptp.absent, which is a symbolic link");
        assertThat(made).doesNotExist();
    }

    @Test
    @Timeout(20)
    void lockThatIsAPipe_isNamed() throws IOException {
        Files.createDirectory(kept());
        new Witness().run("mkfifo", kept().resolve(".lock").toString());

        assertThatThrownBy(this::run)
                .hasMessageContaining(kept() + "/.lock, which is no regular file");
        assertThatThrownBy(() -> install().undo()).hasMessageContaining("/.lock");
    }
}
