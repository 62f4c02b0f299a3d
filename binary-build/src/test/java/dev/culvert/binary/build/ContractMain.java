// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary.build;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Linux;
import dev.culvert.sys.teavm.CLibc;
import dev.culvert.testkit.LibcContract;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A native program that tests the system calls from inside: {@code contract libc FOLDER} tells the
 * lines of the contract, {@code contract detached} deletes links by a detached send,
 * {@code contract orphan} dies beside a child, {@code contract memory} fills the heap many times
 * over with pieces that die in no order, {@code contract copies} copies among what survived,
 * {@code contract errors} throws and catches.
 */
final class ContractMain {
    private static final byte[][] ENVIRONMENT = {
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin".getBytes(StandardCharsets.UTF_8)
    };
    private static final int VETH_INDEX = 4711;
    private static final int RTM_DELLINK = 17;
    private static final int NLM_F_REQUEST_ACK = 5;

    private final CLibc libc;

    private ContractMain(CLibc libc) {
        this.libc = libc;
    }

    public static void main(String[] args) {
        CLibc libc = new CLibc();
        ContractMain program = new ContractMain(libc);
        switch (args[0]) {
            case "libc" -> program.contract(args[1]);
            case "detached" -> program.detached();
            case "orphan" -> program.orphan();
            case "memory" -> program.memory();
            case "copies" -> program.copies();
            case "errors" -> program.errors();
            default -> program.say("unknown word " + args[0]);
        }
        libc.exit(0);
    }

    private void say(String text) {
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        libc.write(1, line, 0, line.length);
    }

    private void contract(String folder) {
        LibcContract contract = new LibcContract(libc, folder);
        boolean kept = contract.run();
        byte[] text = contract.text().getBytes(StandardCharsets.UTF_8);
        libc.write(1, text, 0, text.length);
        libc.exit(kept ? 0 : 1);
    }

    private int run(String command) {
        int pid = libc.spawn("/bin/sh", new String[] {"sh", "-c", command}, ENVIRONMENT, 0, 2, 2);
        int[] status = new int[1];
        libc.waitpid(pid, status, 0);
        return status[0];
    }

    /** The kernel needs some 10 ms for a veth. */
    private static final long HELD_NANOS = 1_000_000;

    private void detached() {
        say("namespace " + libc.unshare(Linux.CLONE_NEWNET));
        say("veth " + run("ip link add c0 index " + VETH_INDEX + " type veth peer name c1"));
        say("missing link: " + delete(2_000_000_000));
        say("too short a request: " + Errno.describe(libc.sendDetached(0, new byte[8], 0, 8, -1)));
        say("veth: " + delete(VETH_INDEX));
        say("gone " + (run("ip link show c1 2>/dev/null") != 0));
    }

    /** What the pipe told in the end. */
    private String delete(int index) {
        int fd = libc.socket(
                Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, Linux.NETLINK_ROUTE);
        byte[] request = new byte[40];
        request[4] = 32;
        request[8] = RTM_DELLINK;
        request[10] = NLM_F_REQUEST_ACK;
        request[12] = 9;
        for (int i = 0; i < 4; i++) {
            request[24 + i] = (byte) (index >> (8 * i));
        }
        int[] held = new int[2];
        libc.pipe2(held, 0);
        int pipe = libc.sendDetached(fd, request, 4, 32, held[1]);
        libc.close(fd);
        libc.close(held[1]);
        if (pipe < 0) {
            return "not sent: " + Errno.describe(pipe);
        }
        // The child writes nothing here: what comes is the end, when the child has ended.
        long before = libc.clockNanos(Linux.CLOCK_MONOTONIC);
        int rest = libc.read(held[0], new byte[1], 0, 1);
        boolean waited = libc.clockNanos(Linux.CLOCK_MONOTONIC) - before > HELD_NANOS;
        libc.close(held[0]);
        if (rest != 0 || index == VETH_INDEX && !waited) {
            return "the held descriptor was not held";
        }
        byte[] report = new byte[8];
        int count = libc.read(pipe, report, 0, 8);
        libc.close(pipe);
        return count == 0 ? "acknowledged" : count + " bytes, " + Errno.describe(report[0]);
    }

    private void orphan() {
        int pid = libc.spawn("/bin/sleep", new String[] {"sleep", "30"}, ENVIRONMENT, 0, 2, 2);
        say(Integer.toString(pid));
        libc.kill(libc.getpid(), Linux.SIGKILL);
    }

    /**
     * Half a gigabyte in a heap of 64 MB; every piece that is kept must still hold what was put
     * there.
     */
    private void memory() {
        Map<Integer, byte[]> kept = new LinkedHashMap<>();
        int seed = 1;
        int wrong = 0;
        for (int i = 0; i < 400_000; i++) {
            seed = seed * 1_103_515_245 + 12_345;
            int key = (seed >>> 8) % 2_000;
            byte[] piece = new byte[100 + (seed >>> 20) % 2_500];
            piece[0] = (byte) key;
            piece[piece.length - 1] = (byte) key;
            byte[] before = kept.put(key, piece);
            if (before != null
                    && (before[0] != (byte) key || before[before.length - 1] != (byte) key)) {
                wrong++;
            }
        }
        say(kept.size() + " kept, " + wrong + " wrong");
    }

    /**
     * Copies of arrays in the gaps that a collection left: each stays within its own gap, and what
     * lies behind it is as before. The class's object outlives the collections too.
     */
    private void copies() {
        Class<?> before = ContractMain.class;
        byte[][] all = new byte[4_000][];
        for (int i = 0; i < all.length; i++) {
            all[i] = filled(i);
        }
        int wrong = 0;
        for (int i = 0; i < 2_000_000; i++) {
            int from = i * 7 % all.length;
            all[i % all.length] = i % 3 == 0 ? filled(from) : all[from].clone();
        }
        for (byte[] one : all) {
            for (byte b : one) {
                wrong += b == one[0] ? 0 : 1;
            }
        }
        say(wrong + " wrong, class " + (before == ContractMain.class && before.isInstance(this)));
    }

    private static byte[] filled(int seed) {
        byte[] data = new byte[20 + seed % 50];
        Arrays.fill(data, (byte) seed);
        return data;
    }

    private void errors() {
        int caught = 0;
        int cleaned = 0;
        for (int i = 0; i < 1_000; i++) {
            try {
                deep(i % 50);
            } catch (IllegalStateException e) {
                caught += e.getMessage().equals("depth") ? 1 : 0;
            } catch (IllegalArgumentException e) {
                caught += e.getMessage().equals("even depth") ? 1 : 0;
            } finally {
                cleaned++;
            }
        }
        say(caught + " caught, " + cleaned + " cleaned");
    }

    private int deep(int depth) {
        if (depth == 0) {
            throw new IllegalStateException("depth");
        }
        try {
            return deep(depth - 1) + 1;
        } catch (IllegalStateException e) {
            if (depth == 42) {
                throw new IllegalArgumentException("even depth", e);
            }
            throw e;
        }
    }
}
