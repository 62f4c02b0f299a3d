// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A TCP server in a namespace, on both families, that answers a line with the address it came from.
 */
final class WhoServer implements AutoCloseable {
    static final int PORT = 8080;

    private static final int LIMIT_MILLIS = 4_000;

    private final Netns netns;
    private final ServerSocket socket;

    /** What a client got, and how long it took with the connection's start. */
    record Answer(String seenAddress, long micros) {}

    private WhoServer(Netns netns, ServerSocket socket) {
        this.netns = netns;
        this.socket = socket;
    }

    static WhoServer open(Netns netns) throws IOException {
        WhoServer server = new WhoServer(netns, netns.call(() -> new ServerSocket(PORT)));
        Thread.ofPlatform().name("server-" + netns.name()).daemon().start(server::serve);
        return server;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                client.setSoTimeout(LIMIT_MILLIS);
                String said = reader(client).readLine();
                String seen = client.getInetAddress().getHostAddress();
                client.getOutputStream()
                        .write((said + " from " + seen + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // Either it was closed, or the client will say what is wrong.
            }
        }
    }

    /**
     * Asks this server from inside a namespace, at one of its addresses.
     *
     * @throws IOException if it does not answer within 4 s, or not to what was said
     */
    Answer ask(Netns from, String address) throws IOException {
        return from.call(() -> {
            long start = System.nanoTime();
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(InetAddress.ofLiteral(address), PORT), LIMIT_MILLIS);
                socket.setSoTimeout(LIMIT_MILLIS);
                String said = "hello";
                socket.getOutputStream().write((said + "\n").getBytes(StandardCharsets.UTF_8));
                String answer = String.valueOf(reader(socket).readLine());
                long micros = (System.nanoTime() - start) / 1000;
                if (!answer.startsWith(said + " from ")) {
                    throw new IOException("said " + said + ", was answered " + answer);
                }
                return new Answer(answer.substring((said + " from ").length()), micros);
            }
        });
    }

    /** Where it is. */
    Netns netns() {
        return netns;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
