// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A TCP server in a namespace that answers every client with the address from which it is seen, on
 * a line.
 */
final class WhoServer implements AutoCloseable {
    private final ServerSocket socket;

    private WhoServer(ServerSocket socket) {
        this.socket = socket;
    }

    /** A server on all addresses of both families, also those that come later. */
    static WhoServer open(String netns, int port) throws Exception {
        Needs.ipv6();
        try (Inside inside = Inside.open(netns)) {
            WhoServer server = new WhoServer(inside.call(() -> new ServerSocket(port, 200)));
            Thread.ofPlatform().name("who").daemon().start(server::serve);
            return server;
        }
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                String address = client.getInetAddress().getHostAddress() + "\n";
                client.getOutputStream().write(address.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // close() ends the loop; a client that went away reports it itself.
            }
        }
    }

    /**
     * Asks such a server from the calling thread's namespace.
     *
     * @return the time from before the connection to after the whole answer
     */
    static Duration ask(String address, int port, Duration limit) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), (int)
                    limit.toMillis());
            socket.setSoTimeout((int) limit.toMillis());
            if (socket.getInputStream().readAllBytes().length == 0) {
                throw new IOException("no answer from " + address);
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
