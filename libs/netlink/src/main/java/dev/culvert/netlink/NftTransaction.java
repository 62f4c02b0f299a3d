// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.Elements;
import dev.culvert.wire.nft.Nf;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An nftables transaction: changes that happen all at once or not at all. {@code add} is content
 * with what is there already, {@code create} is refused by it, {@code delete} is refused by what is
 * not there.
 *
 * <p>It goes to the kernel in one send and costs one receive: only the last message asks for an
 * acknowledgement, since refusals of others, and of the transaction as a whole (on the first
 * message's number), come unasked and before it. It prints itself as nft would take it. For one
 * thread.
 *
 * @kernel net/netfilter/nfnetlink.c, nfnetlink_rcv_batch
 */
public final class NftTransaction {
    /** How often a transaction is sent again that the kernel gave up for another's sake. */
    private static final int TRIES = 16;
    /** Internal to the kernel, but told: the ruleset changed under the transaction. */
    private static final int ERESTART = 85;

    private static final int CREATE = Nl.NLM_F_CREATE;
    private static final int EXCL = Nl.NLM_F_CREATE | Nl.NLM_F_EXCL;

    private final String purpose;
    private final List<Entry> entries = new ArrayList<>();

    /** One change of a transaction, and after {@link #tryCommit} what the kernel said to it. */
    public static final class Entry {
        private final String verb;
        private final Supplier<String> object;
        private final int type;
        private final int flags;
        private final Consumer<NlWriter> body;
        private int error;

        private Entry(
                String verb,
                Supplier<String> object,
                int type,
                int flags,
                Consumer<NlWriter> body) {
            this.verb = verb;
            this.object = object;
            this.type = type;
            this.flags = flags;
            this.body = body;
        }

        /** Whether the kernel refused this change, for that reason. */
        public boolean refusedWith(Errno errno) {
            return error == errno.negated();
        }

        private ErrnoException refusal() {
            return new ErrnoException("nft " + verb, object.get(), error);
        }

        @Override
        public String toString() {
            return verb + " " + object.get();
        }
    }

    /** An empty transaction; the purpose is for errors that are no single change's fault. */
    public NftTransaction(String purpose) {
        this.purpose = purpose;
    }

    private Entry entry(
            String verb, Supplier<String> object, int type, int flags, Consumer<NlWriter> body) {
        Entry entry = new Entry(verb, object, type, flags, body);
        entries.add(entry);
        return entry;
    }

    public Entry add(Table table) {
        return entry("add", table::describe, Nf.NEWTABLE, CREATE, table::encode);
    }

    public Entry add(Chain chain) {
        return entry("add", chain::describe, Nf.NEWCHAIN, CREATE, chain::encode);
    }

    public Entry create(Chain chain) {
        return entry("create", chain::describe, Nf.NEWCHAIN, EXCL, chain::encode);
    }

    /** At the chain's end. The kernel knows no equal rules: a rule added twice is there twice. */
    public Entry add(Rule rule) {
        return entry("add", rule::describe, Nf.NEWRULE, CREATE | Nl.NLM_F_APPEND, rule::encode);
    }

    /** Refused (EEXIST) if there is one of another kind by this name. */
    public Entry add(NftSet set) {
        return entry("add", set::describe, Nf.NEWSET, CREATE, set::encode);
    }

    public Entry create(NftSet set) {
        return entry("create", set::describe, Nf.NEWSET, EXCL, set::encode);
    }

    /** Elements that are there with other data refuse it; their comments stay as they are. */
    public Entry add(NftSet set, List<Element> elements) {
        return elements("add", Nf.NEWSETELEM, CREATE, set, elements);
    }

    public Entry create(NftSet set, List<Element> elements) {
        return elements("create", Nf.NEWSETELEM, EXCL, set, elements);
    }

    /** By their keys. */
    public Entry delete(NftSet set, List<Element> elements) {
        return elements(
                "delete",
                Nf.DELSETELEM,
                0,
                set,
                elements.stream().map(Element::keyOnly).toList());
    }

    private Entry elements(String verb, int type, int flags, NftSet set, List<Element> elements) {
        Elements message = Elements.of(set, elements);
        return entry(verb, () -> message.describe(set), type, flags, message::encode);
    }

    public Entry delete(Table table) {
        return entry("delete", table::label, Nf.DELTABLE, 0, table::encodeKey);
    }

    /** Refused while a rule leads to it; rules in it go too. */
    public Entry delete(Chain chain) {
        return entry("delete", chain::label, Nf.DELCHAIN, 0, chain::encodeKey);
    }

    /** All rules of a chain. */
    public Entry flush(Chain chain) {
        return entry("flush", chain::label, Nf.DELRULE, 0, Rule.allOf(chain)::encodeKey);
    }

    /** The one rule of that handle. */
    public Entry delete(Rule rule) {
        if (rule.handle() == 0) {
            throw new IllegalArgumentException(
                    "a rule without a handle would stand for all of its chain");
        }
        return entry("delete", rule::label, Nf.DELRULE, 0, rule::encodeKey);
    }

    /** Refused (EBUSY) while an element is in it or a rule uses it. */
    public Entry deleteEmpty(NftSet set) {
        return entry("delete", set::label, Nf.DELSET, Nf.NONREC, set::encodeKey);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * Makes all changes.
     *
     * @throws ErrnoException the first refusal; nothing was changed then. EPERM without
     *     CAP_NET_ADMIN, EOPNOTSUPP without nf_tables
     */
    public void commit(NetlinkSocket socket) {
        if (!tryCommit(socket)) {
            throw firstRefusal();
        }
    }

    /**
     * Makes all changes, or none when one of them is refused: then the entries tell which.
     *
     * @throws ErrnoException what is no single change's fault
     */
    public boolean tryCommit(NetlinkSocket socket) {
        return exchange(socket, true);
    }

    /**
     * Like {@link #tryCommit}, but changes nothing: the kernel drops a checked transaction that has
     * no end.
     */
    public boolean check(NetlinkSocket socket) {
        return exchange(socket, false);
    }

    private boolean exchange(NetlinkSocket socket, boolean commit) {
        int error = 0;
        for (int i = 0; i < TRIES && !entries.isEmpty(); i++) {
            error = send(socket, commit);
            if (!isTransient(error)) {
                break;
            }
        }
        if (error != 0) {
            throw new ErrnoException("change nftables", purpose, error);
        }
        return entries.stream().allMatch(entry -> entry.error == 0);
    }

    /** Answers the error of the transaction as a whole. */
    private int send(NetlinkSocket socket, boolean commit) {
        Batch batch = socket.batch();
        List<Reply<Void>> replies = new ArrayList<>(entries.size());
        Reply<Void> begin =
                batch.post("change nftables", purpose, Nf.BATCH_BEGIN, 0, Nf::encodeBatchBound);
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            replies.add(
                    i < entries.size() - 1
                            ? batch.post(entry.verb, "", entry.type, entry.flags, entry.body)
                            : batch.tell(entry.verb, "", entry.type, entry.flags, entry.body));
        }
        if (commit) {
            batch.post("change nftables", purpose, Nf.BATCH_END, 0, Nf::encodeBatchBound);
        }
        socket.exchangeUnchecked(batch);
        if (begin.error() != 0) {
            return begin.error();
        }
        int error = 0;
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).error = replies.get(i).error();
            error = isTransient(entries.get(i).error) ? entries.get(i).error : error;
        }
        return error;
    }

    private static boolean isTransient(int error) {
        return error == Errno.EAGAIN.negated()
                || error == Errno.EINTR.negated()
                || error == -ERESTART;
    }

    /** The first refused change, after {@link #tryCommit} answered false. */
    public ErrnoException firstRefusal() {
        return firstRefused().refusal();
    }

    Entry firstRefused() {
        return entries.stream().filter(entry -> entry.error != 0).findFirst().orElseThrow();
    }

    /** Whether every change that was refused was so for one of these reasons. */
    public boolean refusedOnlyWith(Errno... errnos) {
        return entries.stream()
                .allMatch(entry ->
                        entry.error == 0 || Arrays.stream(errnos).anyMatch(entry::refusedWith));
    }

    /** A change a line. */
    public List<String> describe() {
        return entries.stream().map(Entry::toString).toList();
    }

    @Override
    public String toString() {
        return String.join("\n", describe());
    }
}
