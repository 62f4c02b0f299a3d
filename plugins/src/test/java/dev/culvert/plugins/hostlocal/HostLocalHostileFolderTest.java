// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.hostlocal.Caller.Answer;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What somebody who may write to the network's folder can put there against root. */
@Timeout(20)
class HostLocalHostileFolderTest {
    private static final String RANGE = "\"subnet\": \"10.1.2.0/28\"";

    @TempDir
    Path dataDir;

    private Network network;
    private Caller caller;
    private Path victim;

    @BeforeEach
    void make() throws IOException {
        network = Network.in(dataDir);
        caller = network.caller(RANGE);
        victim = Files.writeString(dataDir.resolve("victim"), "of root");
        assertThat(caller.add("c1").ok()).isTrue();
    }

    private void pipe(String name) throws IOException {
        Files.delete(network.folder().resolve(name));
        new Witness().run("mkfifo", network.folder().resolve(name).toString());
    }

    private void link(String name, Path target) throws IOException {
        Files.delete(network.folder().resolve(name));
        Files.createSymbolicLink(network.folder().resolve(name), target);
    }

    private void refused(Answer answer, String name, String why) {
        assertThat(answer.code()).isEqualTo(5);
        assertThat(answer.msg()).contains(network.folder() + "/" + name + ", which is " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD", "DEL", "CHECK"})
    void lockThatIsAPipe_isNamed(String verb) throws IOException {
        pipe("lock");

        refused(caller.call(verb, "c1", "eth0"), "lock", "no regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD", "DEL"})
    void lockThatIsALink_isNamed_andMakesNothing(String verb) throws IOException {
        link("lock", dataDir.resolve("made"));

        refused(caller.call(verb, "c1", "eth0"), "lock", "a symbolic link");
        assertThat(dataDir.resolve("made")).doesNotExist();
    }

    @Test
    void hintThatIsAPipe_isNamed_andTheLockIsFree() throws IOException {
        pipe("last_reserved_ip.0");

        refused(caller.add("c2"), "last_reserved_ip.0", "no regular file");
        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void hintThatIsALink_isNamed_andNothingIsWrittenThroughIt() throws IOException {
        link("last_reserved_ip.0", victim);

        refused(caller.add("c2"), "last_reserved_ip.0", "a symbolic link");
        assertThat(victim).hasContent("of root");
        assertThat(network.leases()).containsOnlyKeys("10.1.2.2");
    }

    @ParameterizedTest
    @ValueSource(strings = {Index.NAME, Index.FRESH, NetworkFolder.STAGED})
    void linkInPlaceOfAFileOfOurs_isReplaced_andNothingIsWrittenThroughIt(String name)
            throws IOException {
        Files.deleteIfExists(network.folder().resolve(name));
        Files.createSymbolicLink(network.folder().resolve(name), victim);

        assertThat(caller.add("c2").address()).isEqualTo("10.1.2.3/28");
        assertThat(victim).hasContent("of root");
        assertThat(Files.isSymbolicLink(network.folder().resolve(name))).isFalse();
    }

    @Test
    void reservationThatIsALink_isTaken_andNotRead() throws IOException {
        Files.writeString(victim, "c2\r\neth0");
        Files.createSymbolicLink(network.folder().resolve("10.1.2.3"), victim);

        assertThat(caller.del("c2").ok()).isTrue();
        assertThat(network.folder().resolve("10.1.2.3")).isSymbolicLink();
        assertThat(caller.add("c3").address()).isEqualTo("10.1.2.4/28");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD", "DEL", "CHECK", "GC", "STATUS"})
    void folderThatIsALink_isNamed_andNothingBehindItIsTouched(String verb) throws IOException {
        Path elsewhere = dataDir.resolve("elsewhere");
        Files.move(network.folder(), elsewhere);
        Files.createSymbolicLink(network.folder(), elsewhere);
        String before = String.join(" ", elsewhere.toFile().list());

        Answer answer = caller.call(verb, verb.equals("STATUS") ? "" : "c1", "eth0");

        assertThat(answer.code()).isEqualTo(5);
        assertThat(answer.msg()).contains(network.folder() + ", which is a symbolic link: ELOOP");
        assertThat(String.join(" ", elsewhere.toFile().list())).isEqualTo(before);
        assertThat(elsewhere.resolve("10.1.2.2")).hasContent("c1\r\neth0");
    }

    @Test
    void danglingLinkInPlaceOfTheFolder_makesNone() throws IOException {
        Path fresh = dataDir.resolve("fresh");
        Files.createSymbolicLink(fresh, dataDir.resolve("made"));

        Answer answer = new Network(dataDir, "fresh").caller(RANGE).add("c1");

        assertThat(answer.msg()).contains(fresh + ", which is a symbolic link");
        assertThat(dataDir.resolve("made")).doesNotExist();
    }

    @Test
    void dataDirThatIsALink_isFollowed() throws IOException {
        Path link = Files.createSymbolicLink(
                dataDir.resolve("link"), Files.createDirectory(dataDir.resolve("real")));

        assertThat(new Network(link, "web").caller(RANGE).add("c1").ok()).isTrue();
        assertThat(dataDir.resolve("real/web/10.1.2.2")).exists();
    }
}
