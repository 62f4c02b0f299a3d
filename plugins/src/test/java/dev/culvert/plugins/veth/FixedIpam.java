// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.plugin.Answer;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.AttachmentKey;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.net.IpAddr;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * An IPAM plugin that gives what the configuration lists ({@code ips}, {@code routes}, {@code dns})
 * and keeps count. For any thread.
 */
public final class FixedIpam implements Plugin {
    private final Set<String> leases = new ConcurrentSkipListSet<>();
    private volatile Optional<CniException> refusal = Optional.empty();

    @Override
    public String name() {
        return "fixed";
    }

    /** Who has addresses now: "CONTAINER/IFNAME on NETWORK". */
    public Set<String> leases() {
        return Set.copyOf(leases);
    }

    /** From now on every verb but ADD fails. */
    public void refuse() {
        refusal = Optional.of(
                new CniException(CniErrorCode.IO_FAILURE, "the address book is locked"));
    }

    /** Everything works again. */
    public void recover() {
        refusal = Optional.empty();
    }

    private static String key(Request request) {
        return key(request, new AttachmentKey(request.containerId(), request.ifname()));
    }

    private static String key(Request request, AttachmentKey attachment) {
        return attachment.containerId() + "/" + attachment.ifname() + " on "
                + request.conf().name();
    }

    @Override
    public Answer add(Request request) {
        Answer answer = request.answer(CniResult.decode(request.conf().ipam(), CniVersion.LATEST));
        if (!leases.add(key(request))) {
            throw new CniException(
                    CniErrorCode.ALREADY_ATTACHED, key(request) + ": duplicate allocation");
        }
        return answer;
    }

    @Override
    public void del(Request request) {
        refuseIfAsked();
        leases.remove(key(request));
    }

    @Override
    public List<IpAddr> held(Request request) {
        return leases.contains(key(request))
                ? CniResult.decode(request.conf().ipam(), CniVersion.LATEST).ips().stream()
                        .map(ip -> ip.address().address())
                        .toList()
                : List.of();
    }

    @Override
    public void check(Request request) {
        refuseIfAsked();
        if (!leases.contains(key(request))) {
            throw new CniException(CniErrorCode.CHECK_FAILED, key(request) + ": no lease");
        }
    }

    @Override
    public void gc(Request request) {
        refuseIfAsked();
        Set<String> valid = new TreeSet<>();
        request.conf()
                .validAttachments()
                .forEach(attachment -> valid.add(key(request, attachment)));
        leases.removeIf(
                lease -> lease.endsWith(" on " + request.conf().name()) && !valid.contains(lease));
    }

    @Override
    public void status(Request request) {
        refuseIfAsked();
    }

    private void refuseIfAsked() {
        refusal.ifPresent(error -> {
            throw error;
        });
    }
}
