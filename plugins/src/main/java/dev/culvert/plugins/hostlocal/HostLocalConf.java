// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.cni.spec.CniArgs;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniRoute;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.cni.spec.NetFields;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of host-local, valid once it exists. {@code docs/plugins/host-local.md} has the
 * table of keys.
 *
 * @param sets an address is given of each: the runtime's, then the one that stands in ipam itself,
 *     then ipam.ranges
 * @param resolvConf a path; empty if there is none
 * @param requested addresses that were asked for, without repetition: in CNI_ARGS, in args, by the
 *     runtime
 * @cni 1.1.0 CONVENTIONS "Dynamic Plugin specific fields", ipRanges and ips
 */
record HostLocalConf(
        List<RangeSet> sets,
        List<CniRoute> routes,
        String resolvConf,
        Reclaim reclaim,
        List<IpAddr> requested) {
    private static final String IPAM = "ipam";

    /** Copies the lists. */
    HostLocalConf {
        sets = List.copyOf(sets);
        routes = List.copyOf(routes);
        requested = List.copyOf(requested);
    }

    /**
     * The folder of a network's reservations: all that DEL and GC need, so that what else is wrong
     * keeps nothing from being freed.
     */
    static String folder(NetConf conf) {
        String dataDir = NetFields.path(conf.ipam(), "dataDir", "");
        String base = dataDir.isEmpty() ? Leases.DATA_DIR : dataDir;
        while (base.length() > 1 && base.endsWith("/")) {
            base = base.substring(0, base.length() - 1);
        }
        return base + "/" + conf.name();
    }

    /**
     * Reads what ADD and CHECK need.
     *
     * @throws CniException INVALID_NETWORK_CONFIG or DECODING_FAILURE with every problem, each with
     *     its path
     */
    static HostLocalConf parse(NetConf conf, CniArgs args) {
        if (!conf.fields().has(IPAM)) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, "IPAM config missing 'ipam' key");
        }
        var problems = new Problems();
        HostLocalConf parsed = parse(conf, args, problems);
        if (problems.isEmpty() && parsed.sets.isEmpty()) {
            problems.add("ipam.ranges: no IP ranges specified");
        }
        problems.throwIfAny();
        return parsed;
    }

    /**
     * Reads what STATUS needs: the runtime's ranges are not known to it, so there may be none at
     * all.
     */
    static HostLocalConf parseForStatus(NetConf conf) {
        var problems = new Problems();
        HostLocalConf parsed = parse(conf, CniArgs.parse("", List.of()), problems);
        problems.throwIfAny();
        return parsed;
    }

    private static HostLocalConf parse(NetConf conf, CniArgs args, Problems problems) {
        Fields ipam = conf.ipam();
        problems.read(() -> NetFields.path(ipam, "dataDir", ""), "");
        List<Stretch> excluded = problems.read(() -> excluded(ipam, problems), List.of());
        List<RangeSet> sets = sets(conf, excluded, problems);
        checkOverlaps(sets, problems);
        checkVersion(conf, sets, problems);
        return new HostLocalConf(
                sets,
                problems.read(
                        () -> ipam.list("routes").stream().map(CniRoute::decode).toList(),
                        List.of()),
                problems.read(() -> NetFields.path(ipam, "resolvConf", ""), ""),
                problems.read(() -> reclaim(ipam), Reclaim.NEVER),
                requested(conf, args, problems));
    }

    private static Reclaim reclaim(Fields ipam) {
        String text = ipam.string("reclaim", Reclaim.NEVER.text());
        for (Reclaim reclaim : Reclaim.values()) {
            if (reclaim.text().equals(text)) {
                return reclaim;
            }
        }
        throw new CniException(
                CniErrorCode.INVALID_NETWORK_CONFIG,
                ipam.path("reclaim") + ": \"never\" or \"earlier-boot\" is wanted, found \"" + text
                        + "\"");
    }

    private static List<Stretch> excluded(Fields ipam, Problems problems) {
        List<Stretch> excluded = new ArrayList<>();
        for (Field field : ipam.list("exclude")) {
            problems.read(() -> excluded.add(parsed(field, Stretch::parse)), false);
        }
        return excluded;
    }

    private interface Parse<T> {
        T parse(String text);
    }

    private static <T> T parsed(Field field, Parse<T> parse) {
        String text = field.string();
        try {
            return parse.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, field.path() + ": " + e.getMessage());
        }
    }

    // Ranges

    private static List<RangeSet> sets(NetConf conf, List<Stretch> excluded, Problems problems) {
        Fields ipam = conf.ipam();
        List<RangeSet> sets = new ArrayList<>();
        var reader = new SetReader(excluded, sets, problems);
        problems.read(() -> reader.readAll(conf.runtimeConfig().list("ipRanges")), 0);
        if (problems.read(() -> !ipam.string("subnet", "").isEmpty(), false)) {
            reader.readOne(ipam);
        }
        problems.read(() -> reader.readAll(ipam.list("ranges")), 0);
        return sets;
    }

    /**
     * Reads range sets and counts them, the wrong ones as well, since messages have their numbers.
     */
    private static final class SetReader {
        private final List<Stretch> excluded;
        private final List<RangeSet> sets;
        private final Problems problems;
        private int number;

        SetReader(List<Stretch> excluded, List<RangeSet> sets, Problems problems) {
            this.excluded = excluded;
            this.sets = sets;
            this.problems = problems;
        }

        int readAll(List<Field> fields) {
            for (Field field : fields) {
                List<Range> ranges = new ArrayList<>();
                boolean whole = problems.read(
                        () -> {
                            for (Field range : field.list()) {
                                ranges.add(range(range.object()));
                            }
                            return true;
                        },
                        false);
                finish(field.path(), ranges, whole);
            }
            return number;
        }

        void readOne(Fields fields) {
            List<Range> ranges = new ArrayList<>();
            boolean whole = problems.read(() -> ranges.add(range(fields)), false);
            finish(fields.path("subnet"), ranges, whole);
        }

        private void finish(String path, List<Range> ranges, boolean whole) {
            if (whole) {
                try {
                    sets.add(new RangeSet(ranges, excluded));
                } catch (IllegalArgumentException e) {
                    problems.add(path + ": invalid range set " + number + ": " + e.getMessage());
                }
            }
            number++;
        }

        private Range range(Fields fields) {
            IfAddr subnet = parsed(NetFields.require(fields, "subnet"), IfAddr::parse);
            Optional<IpAddr> start = NetFields.findIpAddr(fields, "rangeStart");
            Optional<IpAddr> end = NetFields.findIpAddr(fields, "rangeEnd");
            Optional<IpAddr> gateway = NetFields.findIpAddr(fields, "gateway");
            try {
                return Range.of(subnet, start, end, gateway);
            } catch (IllegalArgumentException e) {
                throw new CniException(
                        CniErrorCode.INVALID_NETWORK_CONFIG,
                        fields.path() + ": invalid range set " + number + ": " + e.getMessage());
            }
        }
    }

    private static void checkOverlaps(List<RangeSet> sets, Problems problems) {
        for (int i = 0; i < sets.size(); i++) {
            for (int j = i + 1; j < sets.size(); j++) {
                if (sets.get(i).overlaps(sets.get(j))) {
                    problems.add("ipam.ranges: range set " + i + " overlaps with " + j + ": "
                            + sets.get(i) + " and " + sets.get(j));
                }
            }
        }
    }

    private static void checkVersion(NetConf conf, List<RangeSet> sets, Problems problems) {
        long ipv4 = sets.stream().filter(RangeSet::isIpv4).count();
        boolean several = ipv4 > 1 || sets.size() - ipv4 > 1;
        if (several && !conf.version().isAtLeast(CniVersion.V0_3_0)) {
            problems.add("CNI version " + conf.version()
                    + " does not support more than 1 address per family");
        }
    }

    // Requests

    /**
     * All three ways add up, as with the reference; a prefix length is accepted and does not count.
     */
    private static List<IpAddr> requested(NetConf conf, CniArgs args, Problems problems) {
        List<IpAddr> requested = new ArrayList<>();
        for (String text : args.items("IP")) {
            request("CNI_ARGS IP", text, requested, problems);
        }
        for (Fields fields : List.of(conf.cniArgs(), conf.runtimeConfig())) {
            for (Field field : problems.read(() -> fields.list("ips"), List.<Field>of())) {
                String text = problems.read(field::string, "");
                if (!text.isEmpty()) {
                    request(field.path(), text, requested, problems);
                }
            }
        }
        return requested;
    }

    private static void request(
            String path, String text, List<IpAddr> requested, Problems problems) {
        try {
            IpAddr address =
                    text.indexOf('/') >= 0 ? IfAddr.parse(text).address() : IpAddr.parse(text);
            if (!requested.contains(address)) {
                requested.add(address);
            }
        } catch (IllegalArgumentException e) {
            problems.add(path + ": cannot understand ip: " + e.getMessage());
        }
    }
}
