// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.base.Sha512;
import dev.culvert.base.Utf8;

/**
 * Who owns an object on this host: one attachment, that is a network, a container id and an
 * interface name. Everything that is made for an attachment carries its mark and can be removed
 * from the mark alone.
 *
 * <p>The host's end of a veth pair is named {@code veth} + 3 characters of the network + 8 of the
 * attachment, so that rules for {@code veth*} match, the reference's names ({@code veth} + 8
 * hexadecimal digits) can't be equal, and a network's links can be listed by prefix. Characters are
 * 5 bits each; the link's alias holds the whole digest.
 */
public final class Mark {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final String PREFIX = "veth";
    private static final String LABEL = "culvert ";
    private static final int NETWORK_CHARACTERS = 3;
    private static final int ATTACHMENT_CHARACTERS = 8;
    /**
     * 80 bits each: a collision is an error, never a deletion, so this need not resist an
     * attacker's birthday.
     */
    private static final int DIGEST_CHARACTERS = 16;

    private static final int ALIAS_MAX = 255;

    private final String network;
    private final String containerId;
    private final String ifname;
    // Asked for some thirty times in a call: kept, because the memory of that shows in a process
    // that lives for 2 ms.
    private final String networkDigest;
    private final String digest;

    /**
     * @param network the network's name
     * @param containerId the container's id, of any length
     * @param ifname the interface's name inside the container
     */
    public Mark(String network, String containerId, String ifname) {
        this.network = network;
        this.containerId = containerId;
        this.ifname = ifname;
        this.networkDigest = networkDigest(network);
        this.digest = hash(network, containerId, ifname);
    }

    public String network() {
        return network;
    }

    public String containerId() {
        return containerId;
    }

    public String ifname() {
        return ifname;
    }

    /** The name of the host's end of the veth pair, 15 characters. */
    public String hostLinkName() {
        return PREFIX
                + networkDigest.substring(0, NETWORK_CHARACTERS)
                + digest.substring(0, ATTACHMENT_CHARACTERS);
    }

    /** The digest of the whole attachment, 16 characters of base 32. */
    public String digest() {
        return digest;
    }

    /**
     * What the names of a network's links begin with. Two networks may share it: ask {@link #isOf}
     * too.
     */
    public static String linkPrefix(String network) {
        return PREFIX + networkDigest(network).substring(0, NETWORK_CHARACTERS);
    }

    /** The digest of a network's name, 16 characters of base 32. */
    public static String networkDigest(String network) {
        return hash(network);
    }

    /**
     * The link's alias and the comment of nftables elements: {@code culvert NETWORK-DIGEST DIGEST
     * NETWORK ID IFNAME}. Ids have no bound and the kernel cuts at 255 bytes, so the digests come
     * first.
     */
    public String label() {
        return Utf8.cut(ownPrefix() + network + " " + containerId + " " + ifname, ALIAS_MAX);
    }

    private String ownPrefix() {
        return LABEL + networkDigest + " " + digest + " ";
    }

    /** Whether a label is this attachment's. */
    public boolean owns(String label) {
        return label.startsWith(ownPrefix());
    }

    /** Whether a label belongs to any attachment. */
    public static boolean isLabel(String label) {
        return label.startsWith(LABEL);
    }

    /** Whether a label belongs to any attachment of a network. */
    public static boolean isOf(String network, String label) {
        return label.startsWith(LABEL + networkDigest(network) + " ");
    }

    /** The attachment's digest in a label for which {@link #isOf} holds. */
    public static String digestIn(String label) {
        int from = LABEL.length() + DIGEST_CHARACTERS + 1;
        return label.substring(from, Math.min(label.length(), from + DIGEST_CHARACTERS));
    }

    /** Each field is preceded by its length, so that no two lists of fields give the same bytes. */
    public static String hash(String... fields) {
        StringBuilder text = new StringBuilder();
        for (String field : fields) {
            text.append(field.length()).append(':').append(field);
        }
        byte[] digest = Sha512.digest(Utf8.encode(text.toString()));
        StringBuilder out = new StringBuilder(DIGEST_CHARACTERS);
        for (int i = 0; i < DIGEST_CHARACTERS; i++) {
            int bit = i * 5;
            int pair = (digest[bit >> 3] & 0xff) << 8 | digest[(bit >> 3) + 1] & 0xff;
            out.append(ALPHABET.charAt(pair >> (11 - (bit & 7)) & 31));
        }
        return out.toString();
    }
}
