// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.base.Utf8;
import dev.culvert.cni.spec.CniDns;
import dev.culvert.os.Files;
import dev.culvert.sys.Libc;

import java.util.ArrayList;
import java.util.List;

/** Reads resolv.conf(5) into the resolver settings of a result. */
final class ResolvConf {
    private static final int LARGEST = 1 << 20;

    private ResolvConf() {}

    /**
     * Of a file.
     *
     * @throws dev.culvert.sys.ErrnoException if it cannot be read
     */
    static CniDns read(Libc libc, String path) {
        return parse(Utf8.decode(new Files(libc).get(path, LARGEST)));
    }

    /** Of its text. The last domain counts; the words of all search and options lines do. */
    static CniDns parse(String text) {
        List<String> nameservers = new ArrayList<>();
        List<String> search = new ArrayList<>();
        List<String> options = new ArrayList<>();
        String domain = "";
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            end = end < 0 ? text.length() : end;
            List<String> words = words(text.substring(from, end));
            from = end + 1;
            if (words.size() < 2
                    || words.getFirst().startsWith("#")
                    || words.getFirst().startsWith(";")) {
                continue;
            }
            switch (words.getFirst()) {
                case "nameserver" -> nameservers.add(words.get(1));
                case "domain" -> domain = words.get(1);
                case "search" -> search.addAll(words.subList(1, words.size()));
                case "options" -> options.addAll(words.subList(1, words.size()));
                default -> {}
            }
        }
        return new CniDns(nameservers, domain, search, options);
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= line.length(); i++) {
            boolean space = i == line.length() || line.charAt(i) <= ' ';
            if (space && start >= 0) {
                words.add(line.substring(start, i));
                start = -1;
            } else if (!space && start < 0) {
                start = i;
            }
        }
        return words;
    }
}
