// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.Elements;
import dev.culvert.wire.nft.Nf;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Value;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What nf_tables holds. A table, chain or set that is not there holds nothing; nor does a kernel
 * without nf_tables, which answers EINVAL to a question for a subsystem that it does not know.
 */
public final class Ruleset {
    private static final int LIST_TRIES = 20;
    private static final Errno[] ABSENT = {Errno.ENOENT, Errno.EINVAL, Errno.EOPNOTSUPP};

    private final NetlinkSocket socket;

    public Ruleset(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Asks for an element by its key; empty in the reply if it is not there. Several may go in one
     * send.
     */
    public static Reply<Element> find(Batch batch, NftSet set, Element key) {
        Elements question = Elements.of(set, List.of(key.keyOnly()));
        return batch.askOnce(
                "find element",
                set.label(),
                Nf.GETSETELEM,
                question::encodeGet,
                payload ->
                        Elements.decode(payload).elements().stream().findFirst().orElse(null),
                ABSENT);
    }

    /**
     * Asks for a chain by its name; empty in the reply if it is not there. Several may go in one
     * send.
     */
    public static Reply<Chain> find(Batch batch, Chain chain) {
        return batch.askOnce(
                "find chain", chain.label(), Nf.GETCHAIN, chain::encodeKey, Chain::decode, ABSENT);
    }

    public Optional<Element> find(NftSet set, Element key) {
        Batch batch = socket.batch();
        Reply<Element> reply = find(batch, set, key);
        socket.exchange(batch);
        return reply.value();
    }

    public Optional<Chain> find(Chain chain) {
        Batch batch = socket.batch();
        Reply<Chain> reply = find(batch, chain);
        socket.exchange(batch);
        return reply.value();
    }

    /**
     * All elements of a set, in no order.
     *
     * <p>The kernel goes on with a long listing by counting, while its hash table may be growing in
     * the background: some elements then come twice and as many not at all, which it does not flag.
     * So a listing with repetitions is asked again.
     *
     * @throws ErrnoException EAGAIN if no listing came through whole
     * @kernel net/netfilter/nft_set_hash.c, nft_rhash_walk
     */
    public List<Element> listElements(NftSet set) {
        for (int i = 0; i < LIST_TRIES; i++) {
            List<Element> all = new ArrayList<>();
            Set<Value> keys = new HashSet<>();
            socket.dump(
                            set.label(),
                            Nf.GETSETELEM,
                            Elements.of(set, List.of())::encodeGet,
                            Elements::decode,
                            ABSENT)
                    .forEach(part -> all.addAll(part.elements()));
            all.forEach(element -> keys.add(element.key()));
            if (keys.size() == all.size()) {
                return all;
            }
        }
        throw ErrnoException.because(
                "list",
                set.label(),
                Errno.EAGAIN.negated(),
                "moved while it was read, " + LIST_TRIES + " times");
    }

    /** The rules of a chain, in their order. */
    public List<Rule> listRules(Chain chain) {
        return socket
                .dump(chain.label(), Nf.GETRULE, Rule.allOf(chain)::encodeKey, Rule::decode, ABSENT)
                .stream()
                .filter(rule ->
                        rule.chain().equals(chain.name()) && rule.table().equals(chain.table()))
                .toList();
    }
}
