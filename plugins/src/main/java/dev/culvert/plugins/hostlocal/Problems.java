// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.json.JsonException;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Everything that is wrong with a configuration, to be said at once. */
final class Problems {
    private final List<String> texts = new ArrayList<>();
    private boolean onlyTypes = true;

    void add(String text) {
        texts.add(text);
        onlyTypes = false;
    }

    /** Reads a part; if it is wrong that is noted, and the other value stands for it. */
    <T> T read(Supplier<T> part, T otherwise) {
        try {
            return part.get();
        } catch (JsonException wrongType) {
            texts.add(wrongType.getMessage());
        } catch (CniException wrong) {
            add(wrong.msg());
        }
        return otherwise;
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    /**
     * @throws CniException DECODING_FAILURE if only types are wrong, else INVALID_NETWORK_CONFIG
     */
    void throwIfAny() {
        if (!texts.isEmpty()) {
            throw new CniException(
                    onlyTypes ? CniErrorCode.DECODING_FAILURE : CniErrorCode.INVALID_NETWORK_CONFIG,
                    String.join("; ", texts));
        }
    }
}
