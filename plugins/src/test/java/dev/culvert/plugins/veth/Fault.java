// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One system call of a verb that is made to fail: the n-th of its name, as it was when the verb ran
 * undisturbed.
 *
 * @param about what the call was about: the path that was opened for it, or the socket
 */
record Fault(String name, int nth, Errno errno, String about) {
    private static final String ANNOUNCEMENTS = "socket for announcements";

    /**
     * What each call can answer on a machine that is short of something, locked down, or without a
     * feature.
     */
    private static final Map<String, List<Errno>> PLAUSIBLE = Map.ofEntries(
            Map.entry(
                    "open",
                    List.of(Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.EACCES, Errno.EROFS)),
            Map.entry(
                    "socket",
                    List.of(
                            Errno.EMFILE,
                            Errno.ENFILE,
                            Errno.ENOBUFS,
                            Errno.EPERM,
                            Errno.EAFNOSUPPORT)),
            Map.entry("bind", List.of(Errno.ENOMEM, Errno.EPERM)),
            Map.entry("connect", List.of(Errno.ENOMEM)),
            Map.entry("setsockopt", List.of(Errno.EINVAL)),
            Map.entry("send", List.of(Errno.ENOBUFS, Errno.ENOMEM, Errno.EPERM)),
            Map.entry("recv", List.of(Errno.ENOBUFS, Errno.ENOMEM)),
            Map.entry("poll", List.of(Errno.ENOMEM)),
            Map.entry("setns", List.of(Errno.EPERM, Errno.ENOMEM)),
            Map.entry("getrandom", List.of(Errno.EAGAIN, Errno.ENOSYS)),
            Map.entry("pread", List.of(Errno.EIO, Errno.EACCES)),
            Map.entry("pwrite", List.of(Errno.EIO, Errno.EACCES, Errno.EROFS, Errno.ENOSPC)),
            Map.entry("read", List.of(Errno.EIO)),
            Map.entry("statx", List.of(Errno.EACCES, Errno.ENOMEM)),
            Map.entry("readlink", List.of(Errno.EACCES, Errno.ENOMEM)),
            Map.entry("fsType", List.of(Errno.EIO, Errno.ENOMEM)),
            Map.entry("close", List.of(Errno.EIO)),
            Map.entry(
                    "sendDetached",
                    List.of(Errno.EAGAIN, Errno.ENOMEM, Errno.EMFILE, Errno.ENOSYS)),
            Map.entry("ioctl", List.of(Errno.EPERM, Errno.EBUSY, Errno.ENOMEM)),
            Map.entry("mkdir", List.of(Errno.EACCES, Errno.EROFS, Errno.ENOSPC)),
            Map.entry("write", List.of(Errno.EIO, Errno.ENOSPC)),
            Map.entry("renameat", List.of(Errno.EACCES, Errno.EROFS, Errno.ENOSPC)),
            Map.entry("unlink", List.of(Errno.EACCES, Errno.EROFS)),
            Map.entry("clockNanos", List.of()));

    /**
     * The calls that may fail without the verb failing, by a part of what they are about, and why
     * that is right.
     */
    static final Map<String, String> TOLERATED = Map.ofEntries(
            Map.entry("close", "the descriptor is gone all the same"),
            Map.entry(
                    "/nonexistent/fixed",
                    "a folder of CNI_PATH that may not be looked into has no plugin"),
            Map.entry("readlink", "a namespace of another kind cannot be entered either"),
            Map.entry("setsockopt", "errors are only poorer in words, dumps are filtered by us"),
            Map.entry(ANNOUNCEMENTS, "we look for ourselves instead of being told"),
            Map.entry("/ip_forward", "it is right already, and was read another way"),
            Map.entry("/forwarding", "it is right already, and was read another way"),
            Map.entry("/accept_ra", "not there without IPv6"),
            Map.entry("/accept_dad", "the first forwarded packet waits for detection"),
            Map.entry("/keep_addr_on_down", "addresses go with the link, as they always did"),
            Map.entry("/ndisc_notify", "neighbours learn on demand"),
            Map.entry(
                    "/disable_ipv6", "it is right already; else adding the address tells why not"),
            Map.entry("sendDetached", "the deletion is waited for"),
            Map.entry("/proc/1/comm", "the deletion is waited for"));

    /** All faults of a verb whose calls are known: each call with each plausible errno. */
    static List<Fault> of(List<FaultLibc.Call> calls) {
        List<Fault> faults = new ArrayList<>();
        for (FaultLibc.Call call : calls) {
            List<Errno> errnos = call.canFail() ? PLAUSIBLE.get(call.name()) : List.of();
            if (errnos == null) {
                throw new AssertionError("what can " + call.name() + " answer?");
            }
            String about = about(calls, call);
            errnos.forEach(errno -> faults.add(new Fault(call.name(), call.nth(), errno, about)));
            if (call.name().equals("open")
                    && (about.startsWith("/run/netns/") || about.startsWith("/proc/sys/"))) {
                // Somebody took the namespace or the link away.
                faults.add(new Fault(call.name(), call.nth(), Errno.ENOENT, about));
            }
        }
        return faults;
    }

    /** One fault for each call. */
    static List<Fault> firstOfEachCall(List<Fault> faults) {
        Map<String, Fault> first = new LinkedHashMap<>();
        faults.forEach(fault -> first.putIfAbsent(fault.name + fault.nth, fault));
        return List.copyOf(first.values());
    }

    /** The same with an interruption of each call that a signal can interrupt. */
    static List<Fault> interruptions(List<FaultLibc.Call> calls) {
        List<String> interruptible =
                List.of("open", "read", "pread", "pwrite", "send", "recv", "poll", "getrandom");
        return calls.stream()
                .filter(call -> interruptible.contains(call.name()))
                .map(call -> new Fault(call.name(), call.nth(), Errno.EINTR, about(calls, call)))
                .toList();
    }

    /** Where the descriptor that a call works on came from. */
    private static String about(List<FaultLibc.Call> calls, FaultLibc.Call call) {
        String[] arguments = call.arguments().split(", ");
        String first = arguments[0];
        if (call.name().equals("open")) {
            return first;
        }
        if (call.name().equals("statx") && !arguments[1].isEmpty()) {
            return arguments[1];
        }
        for (int i = call.number() - 2; i >= 0; i--) {
            FaultLibc.Call earlier = calls.get(i);
            if (earlier.name().equals("bind")
                    && earlier.arguments().split(", ")[0].equals(first)) {
                return ANNOUNCEMENTS;
            }
            if (earlier.answer().toString().equals(first)) {
                switch (earlier.name()) {
                    case "open" -> {
                        return earlier.arguments().split(", ")[0];
                    }
                    case "socket", "sendDetached" -> {
                        return earlier.name() + " " + earlier.nth();
                    }
                    default -> {}
                }
            }
        }
        return first;
    }

    /** System calls with this one failing. */
    FaultLibc libc() {
        return addTo(new FaultLibc(new FfmLibc()));
    }

    /** System calls with this one failing too. */
    FaultLibc addTo(FaultLibc libc) {
        return libc.fail(name, nth, errno);
    }

    /** Whether the call came after the one with that number. */
    boolean isAfter(List<FaultLibc.Call> calls, int number) {
        return calls.stream()
                .anyMatch(call ->
                        call.name().equals(name) && call.nth() == nth && call.number() > number);
    }

    /**
     * Whether the call that failed may do so; true as well if a run took so few calls that none
     * failed.
     */
    static boolean isTolerated(FaultLibc run) {
        for (FaultLibc.Call call : run.calls()) {
            String about = about(run.calls(), call);
            if (call.failed()
                    && !isAskedAgain(run, call)
                    && TOLERATED.keySet().stream()
                            .noneMatch(key -> key.equals(call.name())
                                    || key.equals(about)
                                    || key.startsWith("/") && about.endsWith(key))) {
                return false;
            }
        }
        return true;
    }

    /**
     * A dump that lost answers is asked again after a pause, which is a poll without descriptors.
     */
    private static boolean isAskedAgain(FaultLibc run, FaultLibc.Call call) {
        return call.name().equals("recv")
                && call.answer().equals(Errno.ENOBUFS.negated())
                && run.calls().stream()
                        .anyMatch(later -> later.number() > call.number()
                                && later.name().equals("poll")
                                && later.arguments().startsWith("byte[0], "));
    }

    @Override
    public String toString() {
        return name + "#" + nth + " (" + about + ") answers " + errno;
    }
}
