// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.plugin.Answer;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Undo;

import java.util.List;
import java.util.function.Function;

/**
 * A plugin that changes what plugins before it have made: every verb, from one description. ADD and
 * CHECK need the result of the plugin before; DEL needs nothing but the {@link Mark}.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
public final class ChainedPlugin implements Plugin {
    private final String name;
    private final Function<Request, ChainedShape> parse;
    private final Function<Request, List<Trace>> traces;

    /**
     * A plugin by its name.
     *
     * @param parse reads a configuration
     * @param traces what DEL and GC look for, in the order of removal
     */
    public ChainedPlugin(
            String name,
            Function<Request, ChainedShape> parse,
            Function<Request, List<Trace>> traces) {
        this.name = name;
        this.parse = parse;
        this.traces = traces;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Answer add(Request request) {
        ChainedShape shape = parse.apply(request);
        CniResult previous = request.requirePrevResult();
        try (Site site = Plans.site(request);
                Undo undo = new Undo()) {
            Plan plan = shape.plan();
            Plans.apply(plan, request, site, undo);
            CniResult result = shape.complete(previous, request.netnsPath());
            Answer answer =
                    result.equals(previous) ? request.answerPrevResult() : request.answer(result);
            undo.commit();
            return answer;
        }
    }

    @Override
    public void del(Request request) {
        Plans.remove(traces.apply(request), request).throwFirst();
    }

    @Override
    public void check(Request request) {
        ChainedShape shape = parse.apply(request);
        request.requirePrevResult();
        try (Site site = Plans.site(request)) {
            Plans.require(shape.plan().verify(site));
        }
    }

    @Override
    public void gc(Request request) {
        Plans.sweep(traces.apply(request), request).throwFirst();
    }

    @Override
    public void status(Request request) {
        ChainedShape shape = parse.apply(request);
        try (Site site = Plans.site(request)) {
            shape.status(site);
        }
    }
}
