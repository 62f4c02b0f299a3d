// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The addresses of a container's link. */
record Addresses(String ip4, String ip6) {
    /** The global addresses in what {@code ip addr show} says; a family without one is empty. */
    static Addresses of(Ran ip) {
        return new Addresses(
                first(ip.output(), "inet ([0-9.]+)/"),
                first(ip.output(), "inet6 ([0-9a-f:]+)/\\d+ scope global"));
    }

    private static String first(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }
}
