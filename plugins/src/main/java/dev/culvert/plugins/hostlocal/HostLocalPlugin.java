// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.cni.plugin.Answer;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.AttachmentKey;
import dev.culvert.cni.spec.CniDns;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.host.Undo;
import dev.culvert.net.IpAddr;
import dev.culvert.os.Files;
import dev.culvert.sys.ErrnoException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Addresses for the containers of one host, kept in files.
 *
 * <p>The files are those of the reference's host-local, byte for byte, so that both can work on one
 * folder in turn. An index beside them makes every verb cost the same however many addresses are
 * taken; {@link Store} has the protocol. DEL and GC need nothing but the network's name and the
 * folder.
 *
 * @cni 1.1.0 SPEC "CNI operations"; the reference's host-local for files, messages and the order of
 *     addresses
 */
public final class HostLocalPlugin implements Plugin {
    /**
     * What may stand in CNI_ARGS: the address is ours, the others are for the plugin that runs this
     * one.
     */
    private static final List<String> ARGS = List.of("IP", "GATEWAY", "MAC");

    @Override
    public String name() {
        return "host-local";
    }

    @Override
    public boolean isIpam(NetConf conf) {
        return true;
    }

    @Override
    public Answer add(Request request) {
        HostLocalConf conf = HostLocalConf.parse(request.conf(), request.cniArgs(ARGS));
        CniDns dns = conf.resolvConf().isEmpty()
                ? CniDns.NONE
                : ResolvConf.read(request.libc(), conf.resolvConf());
        Owner owner = owner(request);
        try (Store store =
                        Store.openOrCreate(request.libc(), HostLocalConf.folder(request.conf()));
                Allocation allocation = new Allocation(store, conf, owner);
                Undo undo = new Undo()) {
            List<CniIp> ips = allocation.run(undo).stream().map(Lease::toCniIp).toList();
            Answer answer = request.answer(new CniResult(List.of(), ips, conf.routes(), dns));
            undo.commit();
            return answer;
        }
    }

    private static Owner owner(Request request) {
        return Owner.of(request.containerId(), request.ifname());
    }

    @Override
    public void del(Request request) {
        Optional<Store> opened =
                Store.openIfPresent(request.libc(), HostLocalConf.folder(request.conf()));
        if (opened.isEmpty()) {
            return;
        }
        try (Store store = opened.get()) {
            Owner owner = owner(request);
            List<IpAddr> held = store.addressesOf(owner);
            if (held.isEmpty()) {
                owner = owner.withoutIfname();
                held = store.addressesOf(owner);
            }
            releaseAll(store, owner, held);
        }
    }

    /** Goes on after a refusal and throws at the end. */
    private static void releaseAll(Store store, Owner owner, List<IpAddr> held) {
        List<ErrnoException> refusals = new ArrayList<>();
        for (IpAddr address : held) {
            try {
                store.release(owner, address);
            } catch (ErrnoException refused) {
                refusals.add(refused);
            }
        }
        ErrnoException.throwFirst(refusals);
    }

    @Override
    public void check(Request request) {
        HostLocalConf conf = HostLocalConf.parse(request.conf(), request.cniArgs(ARGS));
        List<IpAddr> held = held(request);
        if (held.isEmpty()) {
            throw new CniException(
                    CniErrorCode.CHECK_FAILED,
                    "host-local: Failed to find address added by container "
                            + request.containerId(),
                    "no file in " + HostLocalConf.folder(request.conf()) + " names "
                            + owner(request));
        }
        List<CniIp> expected = request.conf().prevResult().map(CniResult::ips).orElse(List.of());
        for (CniIp ip : expected) {
            IpAddr address = ip.address().address();
            boolean ours = conf.sets().stream().anyMatch(set -> set.contains(address));
            if (ours && !held.contains(address)) {
                throw new CniException(
                        CniErrorCode.CHECK_FAILED,
                        "host-local: " + address + " is not reserved for " + owner(request),
                        "the previous result has it; reserved in "
                                + HostLocalConf.folder(request.conf()) + " are " + held);
            }
        }
    }

    @Override
    public List<IpAddr> held(Request request) {
        Optional<Store> opened =
                Store.openIfPresent(request.libc(), HostLocalConf.folder(request.conf()));
        if (opened.isEmpty()) {
            return List.of();
        }
        try (Store store = opened.get()) {
            List<IpAddr> held = new ArrayList<>(store.addressesOf(owner(request)));
            held.addAll(store.addressesOf(owner(request).withoutIfname()));
            return held;
        }
    }

    @Override
    public void gc(Request request) {
        List<AttachmentKey> keys = request.conf().validAttachments();
        Optional<Store> opened =
                Store.openIfPresent(request.libc(), HostLocalConf.folder(request.conf()));
        if (opened.isEmpty()) {
            return;
        }
        try (Store store = opened.get()) {
            ErrnoException.throwFirst(store.sweep(ValidOwners.of(keys)));
        }
    }

    @Override
    public void status(Request request) {
        HostLocalConf conf = HostLocalConf.parseForStatus(request.conf());
        String folder = HostLocalConf.folder(request.conf());
        try {
            new Files(request.libc()).checkWritable(folder);
        } catch (ErrnoException refused) {
            throw new CniException(
                    CniErrorCode.NOT_AVAILABLE,
                    "host-local: no address can be reserved: " + refused.getMessage());
        }
        Optional<Store> opened = Store.openIfPresent(request.libc(), folder);
        if (opened.isEmpty()) {
            return;
        }
        try (Store store = opened.get()) {
            for (int i = 0; i < conf.sets().size(); i++) {
                checkFree(store, conf, i);
            }
        }
    }

    private static void checkFree(Store store, HostLocalConf conf, int number) {
        RangeSet set = conf.sets().get(number);
        if (store.isIndexed()) {
            for (RangeSet.Segment segment : set.segmentsAfter(store.lastReserved(number))) {
                if (store.nextFree(segment.stretch().first(), segment.stretch().last())
                        .isPresent()) {
                    return;
                }
            }
        }
        Census census = Census.of(store, set);
        if (!census.isFull()
                || conf.reclaim() == Reclaim.EARLIER_BOOT && census.orphaned(store) > 0) {
            return;
        }
        throw new CniException(
                CniErrorCode.NOT_AVAILABLE,
                "no IP addresses available in range set: " + set,
                census.describe(store));
    }
}
