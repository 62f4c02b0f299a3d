// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

/** What a plugin must have done before its time counts. */
final class Checks {
    private Checks() {}

    static void demand(boolean holds, String otherwise) {
        if (!holds) {
            throw new BrokenVariantException(otherwise);
        }
    }

    static void demandGood(String verb, Call call) {
        demand(call.isGood(), verb + ": " + call.problem());
    }

    static void demandGone(String verb, boolean isLeft) {
        demand(!isLeft, verb + ": a process of it is still running after 10 s");
    }
}
