// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server in a namespace that sends back what it receives and remembers who asked.
 *
 * <p>The socket belongs to the namespace of the thread that made it; any thread may serve it
 * afterwards.
 */
public final class EchoServer implements AutoCloseable {
    private final Closeable socket;
    private final List<String> peers = new CopyOnWriteArrayList<>();

    private interface Service {
        void serve(EchoServer server) throws IOException;
    }

    private EchoServer(Closeable socket, Service service) {
        this.socket = socket;
        Thread.ofPlatform().name("echo").daemon().start(() -> {
            try {
                service.serve(this);
            } catch (IOException e) {
                // The socket was closed: this is how close() ends the thread.
            }
        });
    }

    static EchoServer openTcp(NetnsThread inside, int port) throws Exception {
        try (inside) {
            ServerSocket server = inside.call(() -> new ServerSocket(port));
            return new EchoServer(server, echo -> {
                while (true) {
                    Socket client = server.accept();
                    echo.peers.add(client.getInetAddress().getHostAddress());
                    Thread.ofPlatform().daemon().start(() -> echo(client));
                }
            });
        }
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // The client went away in the middle, which its own side reports.
        }
    }

    static EchoServer openUdp(NetnsThread inside, int port) throws Exception {
        try (inside) {
            DatagramSocket server = inside.call(() -> new DatagramSocket(port));
            return new EchoServer(server, echo -> {
                byte[] data = new byte[2048];
                while (true) {
                    DatagramPacket packet = new DatagramPacket(data, data.length);
                    server.receive(packet);
                    echo.peers.add(packet.getAddress().getHostAddress());
                    server.send(packet);
                }
            });
        }
    }

    /**
     * The addresses that asked, in their order: what a server outside sees of a masqueraded client.
     */
    public List<String> peers() {
        return List.copyOf(peers);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
