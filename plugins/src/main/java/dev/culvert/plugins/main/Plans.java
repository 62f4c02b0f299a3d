// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.AttachmentKey;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Undo;
import dev.culvert.host.Valid;
import dev.culvert.host.link.DeleteMode;
import dev.culvert.sys.ErrnoException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How verbs work with plans and traces. */
public final class Plans {
    private Plans() {}

    /** Whose call it is. */
    static Mark mark(Request request) {
        return new Mark(request.conf().name(), request.containerId(), request.ifname());
    }

    /** Where it works. */
    static Site site(Request request) {
        return new Site(request.libc(), request.netns());
    }

    /** When a deletion counts as done, as the call wants it. */
    public static DeleteMode deleteMode(Request request) {
        return switch (request.deleteWord()) {
            case ANNOUNCED -> DeleteMode.ANNOUNCED;
            case ACKNOWLEDGED -> DeleteMode.ACKNOWLEDGED;
            case AUTO -> DeleteMode.auto(request.libc());
        };
    }

    /** Removes what an attachment left, in the order of the traces; goes on after a refusal. */
    static Failures remove(List<Trace> traces, Request request) {
        Mark mark = mark(request);
        Failures failures = new Failures();
        try (Site site = site(request)) {
            for (Trace trace : traces) {
                request.log().plan(() -> trace.describe(mark));
                failures.collect(() -> trace.remove(site, mark));
            }
        }
        return failures;
    }

    /** Removes what attachments of a network left that are not valid; goes on after a refusal. */
    static Failures sweep(List<Trace> traces, Request request) {
        String network = request.conf().name();
        List<Mark> marks = new ArrayList<>();
        for (AttachmentKey key : request.conf().validAttachments()) {
            marks.add(new Mark(network, key.containerId(), key.ifname()));
        }
        Valid valid = Valid.of(network, marks);
        request.log()
                .plan(() -> List.of("remove everything of network " + network + " but that of "
                        + marks.size() + " attachments"));
        Failures failures = new Failures();
        try (Site site = site(request)) {
            for (Trace trace : traces) {
                failures.collect(() -> trace.sweep(site, valid));
            }
        }
        return failures;
    }

    /**
     * What the kernel takes for impossible is the configuration's fault, or that of what IPAM gave;
     * not a bug.
     */
    static void apply(Plan plan, Request request, Site site, Undo undo) {
        request.log().plan(plan::describe);
        try {
            plan.apply(site, undo);
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case EINVAL, ERANGE, EEXIST, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL ->
                    throw new CniException(
                            CniErrorCode.INVALID_NETWORK_CONFIG,
                            e.getMessage(),
                            "the kernel refuses what the configuration or its IPAM asks for");
                default -> throw e;
            }
        }
    }

    /**
     * What CHECK says of a difference.
     *
     * @throws CniException CHECK_FAILED if there is one
     */
    static void require(Optional<Drift> drift) {
        if (drift.isPresent()) {
            throw new CniException(
                    CniErrorCode.CHECK_FAILED,
                    drift.get().toString(),
                    "the attachment is not as its result says; DEL and ADD make it anew");
        }
    }
}
