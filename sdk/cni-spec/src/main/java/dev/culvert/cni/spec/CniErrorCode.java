// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import java.util.Optional;

/**
 * The codes of error results; {@code docs/errors.md} tells their cures. The specification gives 1
 * to 99, the library of the reference adds 8 and 999, and those from 100 are ours.
 *
 * @cni 1.1.0 SPEC "Error"
 */
public enum CniErrorCode {
    /** A version of the specification that we do not speak. */
    INCOMPATIBLE_CNI_VERSION(1),
    /** A field that is understood but cannot be done; ours say INVALID_NETWORK_CONFIG. */
    UNSUPPORTED_FIELD(2),
    /** The container is unknown and nothing is left of it: the runtime may skip DEL. */
    UNKNOWN_CONTAINER(3),
    /** A CNI_ variable is missing or malformed. */
    INVALID_ENVIRONMENT(4),
    /** Standard input, a state file or a lock file could not be read or written. */
    IO_FAILURE(5),
    /** Not JSON, or a value of the wrong JSON type. */
    DECODING_FAILURE(6),
    /** Well-formed but impossible; the message has the path. */
    INVALID_NETWORK_CONFIG(7),
    /** The network namespace is absent, not a namespace, or our own. */
    INVALID_NETNS(8),
    /** Transient by nature. */
    TRY_AGAIN_LATER(11),
    /** STATUS: an ADD cannot be served. */
    NOT_AVAILABLE(50),
    /** STATUS: also, existing containers may be cut off; ours say NOT_AVAILABLE. */
    LIMITED_CONNECTIVITY(51),
    /** Every address of a range set is taken. */
    NO_FREE_ADDRESS(100),
    /** A shared object, such as the bridge, exists and differs from what the configuration asks. */
    OBJECT_DIFFERS(101),
    /** A host port is forwarded to another attachment. */
    HOST_PORT_TAKEN(102),
    /** The kernel lacks a feature. */
    KERNEL_LACKS(103),
    /** The process may not do this. */
    NO_PERMISSION(104),
    /** CHECK found the attachment to differ from its result. */
    CHECK_FAILED(105),
    /** Another plugin could not be found or started, or ended without an error object. */
    DELEGATE_FAILED(106),
    /** A limit of the kernel is reached, such as 1,023 ports of a bridge. */
    LIMIT_REACHED(107),
    /**
     * The attachment, its address or its interface exists already: an ADD without the DEL before.
     */
    ALREADY_ATTACHED(108),
    /** An errno without a code of its own, or a bug; the message says which. */
    INTERNAL(999);

    private final int number;

    CniErrorCode(int number) {
        this.number = number;
    }

    /** The number in the error object. */
    public int number() {
        return number;
    }

    /** The code of a number; empty for a plugin's own. */
    public static Optional<CniErrorCode> find(int number) {
        for (CniErrorCode code : values()) {
            if (code.number == number) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
