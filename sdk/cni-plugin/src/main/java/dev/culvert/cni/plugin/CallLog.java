// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.base.Utf8;
import dev.culvert.cni.spec.CniException;
import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonNumber;
import dev.culvert.json.JsonObject;
import dev.culvert.json.JsonString;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a call is remembered by: with CULVERT_LOG or {@code culvert.log} one JSON line per call is
 * appended to a file, by a single write, so that lines of calls that run at once do not mix.
 *
 * <p>The members are {@code time} (RFC 3339, UTC), {@code verb}, {@code plugin}, {@code network},
 * {@code containerId}, {@code ifname}, {@code netns}, {@code milliseconds}, {@code plan} (the steps
 * in words) and {@code outcome} ({@code "ok"}, or an object with {@code code} and {@code msg}).
 */
public final class CallLog {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int FILE_MODE = 0640;

    private final List<String> plan = new ArrayList<>();
    private final long startNanos;
    private boolean wanted;

    CallLog(Libc libc) {
        startNanos = libc.clockNanos(Linux.CLOCK_MONOTONIC);
    }

    /** Somebody will read it: plans are put into words from now on. */
    void want() {
        wanted = true;
    }

    /** Remembers a step in words: {@code ip link add ...}. */
    public void plan(String step) {
        plan.add(step);
    }

    /** Remembers several steps, which are put into words only if there is a log. */
    public void plan(Supplier<List<String>> steps) {
        if (wanted) {
            plan.addAll(steps.get());
        }
    }

    /** Remembers several steps. */
    public void plan(List<String> steps) {
        plan.addAll(steps);
    }

    /** What to say about a call: whose it was and how it ended. */
    record Line(
            String command,
            String plugin,
            String network,
            Environment environment,
            Optional<CniException> error) {}

    /** Appends the line; answers zero or a negated errno, since a call never fails for its log. */
    int append(Libc libc, String path, Line line) {
        byte[] data = Utf8.encode(json(libc, line).compact() + "\n");
        // Non-blocking, since the path may be a pipe that nobody reads; through no link, since
        // others
        // may be able to put one into the log's folder.
        int fd = libc.open(
                path,
                Linux.O_WRONLY
                        | Linux.O_APPEND
                        | Linux.O_CREAT
                        | Linux.O_CLOEXEC
                        | Linux.O_NOFOLLOW
                        | Linux.O_NONBLOCK,
                FILE_MODE);
        if (fd < 0) {
            return fd;
        }
        int written = libc.write(fd, data, 0, data.length);
        libc.close(fd);
        if (written < 0) {
            return written;
        }
        return written == data.length ? 0 : Errno.ENOSPC.negated();
    }

    private JsonObject json(Libc libc, Line line) {
        long micros = (libc.clockNanos(Linux.CLOCK_MONOTONIC) - startNanos) / 1000;
        String decimals = Long.toString(1000 + micros % 1000).substring(1);
        Environment environment = line.environment();
        return JsonObject.builder()
                .put("time", time(libc.clockNanos(Linux.CLOCK_REALTIME)))
                .put("verb", line.command())
                .put("plugin", line.plugin())
                .put("network", line.network())
                .put("containerId", environment.get(Environment.CONTAINER_ID))
                .put("ifname", environment.get(Environment.IFNAME))
                .put("netns", environment.get(Environment.NETNS))
                .put("milliseconds", new JsonNumber(micros / 1000 + "." + decimals))
                .put("plan", JsonArray.ofStrings(plan))
                .put("outcome", outcome(line.error()))
                .build();
    }

    private static Json outcome(Optional<CniException> error) {
        if (error.isEmpty()) {
            return new JsonString("ok");
        }
        return JsonObject.builder()
                .put("code", error.get().code())
                .put("msg", error.get().msg())
                .build();
    }

    /**
     * {@code 2026-11-21T09:53:29.123Z}; the days are counted from March, so that leap days come
     * last.
     */
    static String time(long nanosSince1970) {
        long seconds = nanosSince1970 / NANOS_PER_SECOND;
        long day = seconds / 86_400 + 719_468;
        long era = day / 146_097;
        long dayOfEra = day % 146_097;
        long yearOfEra =
                (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long month = (5 * dayOfYear + 2) / 153;
        long dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1;
        long year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0);
        return padded(year, 4) + "-" + padded(month < 10 ? month + 3 : month - 9, 2) + "-"
                + padded(dayOfMonth, 2) + "T" + padded(seconds % 86_400 / 3600, 2) + ":"
                + padded(seconds % 3600 / 60, 2) + ":" + padded(seconds % 60, 2) + "."
                + padded(nanosSince1970 % NANOS_PER_SECOND / 1_000_000, 3) + "Z";
    }

    private static String padded(long value, int digits) {
        String text = Long.toString(value);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }
}
