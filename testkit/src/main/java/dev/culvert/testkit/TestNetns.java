// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A named network namespace with lo up, as a runtime would make one for a container; closing it
 * removes it with the processes' last descriptors. Like {@code ip netns add NAME}.
 */
public final class TestNetns implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name;

    /** What runs inside the namespace. */
    public interface Body<T> {
        T call() throws Exception;
    }

    private TestNetns(String name) {
        this.name = name;
    }

    /** A new namespace whose name begins with "culvert-" and the hint, and is not taken. */
    public static TestNetns create(String hint) {
        String name = "culvert-" + hint + "-" + ProcessHandle.current().pid() + "-"
                + NUMBER.incrementAndGet();
        Witness host = new Witness();
        host.run("ip", "netns", "add", name);
        TestNetns netns = new TestNetns(name);
        netns.witness().run("ip", "link", "set", "lo", "up");
        return netns;
    }

    /** Its name, as {@code ip netns} takes it. */
    public String name() {
        return name;
    }

    /** Its path, as CNI_NETNS takes it. */
    public String path() {
        return "/run/netns/" + name;
    }

    /** Asks the standard tools inside. */
    public Witness witness() {
        return Witness.in(name);
    }

    /** Runs the body on a fresh platform thread inside and waits for it. */
    public <T> T call(Body<T> body) throws Exception {
        try (NetnsThread thread = NetnsThread.openAt(path())) {
            return thread.call(body::call);
        }
    }

    /**
     * A server inside that sends back what it receives by TCP, on all addresses of both families.
     */
    public EchoServer openTcpEcho(int port) throws Exception {
        return EchoServer.openTcp(NetnsThread.openAt(path()), port);
    }

    /**
     * A server inside that sends back what it receives by UDP, on all addresses of both families.
     */
    public EchoServer openUdpEcho(int port) throws Exception {
        return EchoServer.openUdp(NetnsThread.openAt(path()), port);
    }

    /**
     * One TCP exchange from inside with an echo server: connects, sends the text, reads it back.
     *
     * @return how long it took
     * @throws IOException if there is no answer within the limit or another one
     */
    public Duration tcpExchange(String address, int port, Duration limit) throws Exception {
        return call(() -> {
            long start = System.nanoTime();
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(InetAddress.ofLiteral(address), port), millis(limit));
                socket.setSoTimeout(millis(limit));
                byte[] sent = "hello by tcp".getBytes(StandardCharsets.UTF_8);
                socket.getOutputStream().write(sent);
                requireEcho(sent, socket.getInputStream().readNBytes(sent.length));
            }
            return Duration.ofNanos(System.nanoTime() - start);
        });
    }

    /**
     * One UDP exchange from inside with an echo server; its errors are those of
     * {@link #tcpExchange}.
     */
    public Duration udpExchange(String address, int port, Duration limit) throws Exception {
        return call(() -> {
            long start = System.nanoTime();
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(millis(limit));
                byte[] sent = "hello by udp".getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(
                        sent, sent.length, InetAddress.ofLiteral(address), port));
                DatagramPacket answer = new DatagramPacket(new byte[64], 64);
                socket.receive(answer);
                requireEcho(sent, Arrays.copyOf(answer.getData(), answer.getLength()));
            }
            return Duration.ofNanos(System.nanoTime() - start);
        });
    }

    /** Whether one echo request from inside is answered within a second. */
    public boolean ping(String address) {
        return witness().tryRun("ping", "-n", "-c", "1", "-W", "1", address).code() == 0;
    }

    private static int millis(Duration limit) {
        return (int) limit.toMillis();
    }

    private static void requireEcho(byte[] sent, byte[] received) throws IOException {
        if (!Arrays.equals(sent, received)) {
            throw new IOException("sent " + new String(sent, StandardCharsets.UTF_8) + ", received "
                    + new String(received, StandardCharsets.UTF_8));
        }
    }

    /** Removes the name; what a test has deleted already is fine. */
    @Override
    public void close() {
        if (Files.exists(Path.of(path()))) {
            new Witness().run("ip", "netns", "del", name);
        }
    }
}
