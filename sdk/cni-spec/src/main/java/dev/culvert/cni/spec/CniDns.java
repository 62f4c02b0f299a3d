// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Fields;

import java.util.List;

/**
 * The resolver settings of a result or a configuration. They are reported, never written anywhere.
 *
 * @cni 1.1.0 SPEC "ADD Success", dns
 */
public record CniDns(
        List<String> nameservers, String domain, List<String> search, List<String> options) {
    /** No settings. */
    public static final CniDns NONE = new CniDns(List.of(), "", List.of(), List.of());

    /** Copies the lists. */
    public CniDns {
        nameservers = List.copyOf(nameservers);
        search = List.copyOf(search);
        options = List.copyOf(options);
    }

    /** Reads the settings; absent members are empty. */
    public static CniDns decode(Fields fields) {
        return fields.object().isEmpty()
                ? NONE
                : new CniDns(
                        fields.strings("nameservers"),
                        fields.string("domain", ""),
                        fields.strings("search"),
                        fields.strings("options"));
    }

    /** Whether nothing is set. */
    public boolean isEmpty() {
        return nameservers.isEmpty() && domain.isEmpty() && search.isEmpty() && options.isEmpty();
    }
}
