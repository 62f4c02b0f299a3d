// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * host-local by itself, with more and more addresses taken. All sizes are there at once and take
 * turns, so that what is compared was measured in the same minute.
 */
final class HostLocalScenario implements Scenario {
    private static final int FOREIGN_ROUNDS = 5;
    private static final int FOREIGN_ADDRESS = 60_000;
    private static final Target EMPTY_ADD_TARGET = Target.ratioAtMost(0.5);
    private static final Target GROWTH_TARGET = Target.valueAtMost(1.5);
    private static final String FOREIGN = "first ADD after a foreign change";

    private final String family;
    private final AddressPlan addresses;

    private HostLocalScenario(String family, AddressPlan addresses) {
        this.family = family;
        this.addresses = addresses;
    }

    static HostLocalScenario ipv4() {
        return new HostLocalScenario("ipv4", AddressPlan.IPV4);
    }

    static HostLocalScenario ipv6() {
        return new HostLocalScenario("ipv6", AddressPlan.IPV6);
    }

    /** The sheets of one size: a peer without STATUS still has its ADD. */
    private record Size(int taken, Sheet sheet, Sheet status, Sheet foreign) {
        Size(int taken, List<Variant> variants) {
            this(taken, new Sheet(variants), new Sheet(variants), new Sheet(variants));
        }

        String label(String what) {
            return String.format(Locale.ROOT, "%s, %,d taken", what, taken);
        }
    }

    @Override
    public String name() {
        return "host-local-" + family;
    }

    @Override
    public String title() {
        return "host-local by itself, " + addresses.subnet();
    }

    @Override
    public List<Row> run(Rig rig) {
        List<Host> hosts = new ArrayList<>();
        List<Size> sizes = new ArrayList<>();
        Rounds rounds = new Rounds(rig.rounds());
        Rounds foreign = new Rounds(Math.min(FOREIGN_ROUNDS, rig.rounds()));
        try {
            for (int taken :
                    rig.quick() ? new int[] {0, 1_000} : new int[] {0, 1_000, 10_000, 50_000}) {
                Size size = new Size(taken, rig.variants());
                sizes.add(size);
                for (Variant variant : rig.variants()) {
                    hosts.add(prepare(rig, size, variant, rounds, foreign));
                }
                rig.progress().say(name() + ": " + taken + " addresses taken");
            }
            rounds.run();
            foreign.run();
        } finally {
            hosts.forEach(Host::drop);
        }
        return rows(sizes);
    }

    private Host prepare(Rig rig, Size size, Variant variant, Rounds rounds, Rounds foreign) {
        String name = name() + "-" + size.taken() + "-" + variant.label();
        Host host = Host.make(rig, Network.hostLocal(addresses.subnet()), name, 1);
        host.leases()
                .fill(IntStream.range(0, size.taken())
                        .mapToObj(addresses::address)
                        .toList());
        size.sheet().attempt(variant, () -> host.verify(variant));
        rounds.add(size.sheet(), variant, round -> addAndDelete(host, variant, round));
        Job status = host.statusJob(variant);
        rounds.add(size.status(), variant, round -> Map.of("STATUS", status(host, status)));
        foreign.add(size.foreign(), variant, round -> addAfterForeignChange(host, variant, round));
        return host;
    }

    private static Map<String, Double> addAndDelete(Host host, Variant variant, int round) {
        Attachment attachment = host.attachment("run" + round, "0");
        double add = host.run(variant, "ADD", attachment).millis();
        double delete = host.run(variant, "DEL", attachment).millis();
        return Map.of("ADD", add, "DEL", delete);
    }

    private static double status(Host host, Job job) {
        Call call = host.enter().call(job).call();
        Checks.demandGood("STATUS", call);
        return call.millis();
    }

    private Map<String, Double> addAfterForeignChange(Host host, Variant variant, int round) {
        Attachment attachment = host.attachment("foreign" + round, "0");
        String address = addresses.address(FOREIGN_ADDRESS);
        host.leases().reserve(address);
        double add = host.run(variant, "ADD", attachment).millis();
        host.run(variant, "DEL", attachment);
        host.leases().release(address);
        return Map.of(FOREIGN, add);
    }

    private static List<Row> rows(List<Size> sizes) {
        List<Row> rows = new ArrayList<>();
        for (String verb : List.of("ADD", "DEL", "STATUS", FOREIGN)) {
            for (Size size : sizes) {
                Optional<Target> target = verb.equals("ADD") && size.taken() == 0
                        ? Optional.of(EMPTY_ADD_TARGET)
                        : Optional.empty();
                rows.add(sheet(size, verb)
                        .row(verb, Unit.MILLISECONDS, target)
                        .named(size.label(verb)));
            }
        }
        for (String verb : List.of("ADD", "DEL", "STATUS")) {
            rows.add(growth(verb, sizes.getFirst(), sizes.getLast()));
        }
        return rows;
    }

    private static Sheet sheet(Size size, String verb) {
        return switch (verb) {
            case "STATUS" -> size.status();
            case FOREIGN -> size.foreign();
            default -> size.sheet();
        };
    }

    /** Each peer's own median with most addresses taken, divided by its median with none. */
    private static Row growth(String verb, Size empty, Size full) {
        Row few = sheet(empty, verb).row(verb, Unit.MILLISECONDS, Optional.empty());
        Row many = sheet(full, verb).row(verb, Unit.MILLISECONDS, Optional.empty());
        return many.dividedBy(few, full.label(verb) + ", against none", Optional.of(GROWTH_TARGET));
    }
}
