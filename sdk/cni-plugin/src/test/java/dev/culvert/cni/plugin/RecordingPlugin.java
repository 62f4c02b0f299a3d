// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.net.IfAddr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Remembers its calls; what it does in them can be set. */
final class RecordingPlugin implements Plugin {
    static final CniResult RESULT =
            CniResult.EMPTY.withIps(List.of(CniIp.of(IfAddr.parse("10.1.2.3/24"))));

    final List<Request> requests = new ArrayList<>();
    Set<CniVersion> versions = CniVersion.all();
    Optional<CniResult> result = Optional.of(RESULT);
    Consumer<Request> body = request -> {};

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public Set<CniVersion> versions() {
        return versions;
    }

    @Override
    public Answer add(Request request) {
        record(request);
        return result.isPresent() ? request.answer(result.get()) : request.answerPrevResult();
    }

    @Override
    public void del(Request request) {
        record(request);
    }

    @Override
    public void check(Request request) {
        record(request);
    }

    @Override
    public void gc(Request request) {
        record(request);
    }

    @Override
    public void status(Request request) {
        record(request);
    }

    private void record(Request request) {
        requests.add(request);
        body.accept(request);
    }

    List<Verb> verbs() {
        return requests.stream().map(Request::verb).toList();
    }
}
