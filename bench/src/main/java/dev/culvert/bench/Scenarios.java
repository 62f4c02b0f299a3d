// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All scenarios in the order in which they run, with what they have to reach. */
final class Scenarios {
    private static final List<Integer> CROWDS = List.of(300, 900);
    private static final List<Integer> QUICK_CROWDS = List.of(20);
    private static final int LARGEST_CROWD = 900;

    private Scenarios() {}

    static List<Scenario> all(boolean quick) {
        List<Scenario> scenarios = new ArrayList<>(List.of(
                new SizeScenario(),
                new VersionScenario(),
                loopback(),
                HostLocalScenario.ipv4(),
                HostLocalScenario.ipv6(),
                ptp(),
                macvlan(),
                tuning(),
                bridge(),
                masquerade()));
        for (int crowd : quick ? QUICK_CROWDS : CROWDS) {
            scenarios.add(crowded(crowd));
        }
        scenarios.add(new NetworksScenario());
        scenarios.add(new PairsScenario());
        scenarios.add(quick ? new BurstScenario(20, 8) : new BurstScenario(100, 32));
        scenarios.add(new PeakScenario());
        return List.copyOf(scenarios);
    }

    private static Scenario loopback() {
        return new AttachScenario(
                "loopback", "loopback", Network.loopback(), 0, most(0.5), Optional.empty());
    }

    private static Scenario ptp() {
        return new AttachScenario(
                "ptp", "ptp + host-local", Network.ptp(), 0, most(0.3), most(0.15));
    }

    private static Scenario macvlan() {
        return new AttachScenario(
                "macvlan", "macvlan + host-local", Network.macvlan(), 0, most(0.35), most(0.35));
    }

    private static Scenario tuning() {
        return new AttachScenario(
                "tuning",
                "tuning: a setting, MTU and queue",
                Network.tuning(),
                0,
                most(0.4),
                Optional.empty());
    }

    private static Scenario bridge() {
        return new AttachScenario(
                "bridge", "bridge + host-local", Network.bridge(false), 0, most(0.25), most(0.15));
    }

    private static Scenario masquerade() {
        return new AttachScenario(
                "bridge-masquerade",
                "bridge + host-local + ipMasq",
                Network.bridge(true),
                0,
                most(0.12),
                most(0.06));
    }

    private static Scenario crowded(int crowd) {
        boolean isLargest = crowd == LARGEST_CROWD;
        return new AttachScenario(
                "bridge-masquerade-" + crowd,
                "bridge + host-local + ipMasq, " + crowd + " others attached",
                Network.bridge(true),
                crowd,
                isLargest ? most(0.08) : Optional.empty(),
                isLargest ? most(0.06) : Optional.empty());
    }

    private static Optional<Target> most(double ratio) {
        return Optional.of(Target.ratioAtMost(ratio));
    }
}
