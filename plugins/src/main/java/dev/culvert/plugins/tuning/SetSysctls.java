// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.os.Files;
import dev.culvert.os.Sysctl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kernel settings of the container's network. They go with its namespace; only an ADD that fails
 * takes them back. ADD alone asks whether they are allowed, as the reference's does.
 *
 * @param written the keys as they are written
 * @param settings values by key, {@code net/ipv4/conf/eth0/rp_filter}
 */
record SetSysctls(Set<String> written, Map<String, String> settings) implements Step {
    private static final String IFNAME = "IFNAME";

    /**
     * From the keys as they are written: with dots or slashes, and IFNAME for the interface.
     *
     * @throws CniException INVALID_NETWORK_CONFIG for keys that are not the network's or name the
     *     same setting
     */
    static SetSysctls of(Map<String, String> written, String ifname) {
        Map<String, String> settings = new LinkedHashMap<>();
        written.forEach((key, value) -> {
            String path = path(key, ifname);
            if (settings.put(path, value) != null) {
                throw invalid("sysctl: " + path + " is there twice");
            }
        });
        return new SetSysctls(written.keySet(), settings);
    }

    /** As sysctl(8): a first separator that is a slash leaves dots as they are. */
    private static String path(String key, String ifname) {
        int dot = key.indexOf('.');
        int slash = key.indexOf('/');
        String path = slash >= 0 && (dot < 0 || slash < dot) ? key : key.replace('.', '/');
        int place = path.indexOf(IFNAME);
        if (place >= 0) {
            path = path.substring(0, place) + ifname + path.substring(place + IFNAME.length());
        }
        String rest = path;
        boolean valid = path.startsWith("net/") && !path.endsWith("/") && path.indexOf('\0') < 0;
        while (!rest.isEmpty()) {
            int end = rest.indexOf('/');
            String part = end < 0 ? rest : rest.substring(0, end);
            valid &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
            rest = end < 0 ? "" : rest.substring(end + 1);
        }
        if (!valid) {
            throw invalid("invalid net sysctl key: \"" + key + "\"");
        }
        return path;
    }

    private static CniException invalid(String message) {
        return new CniException(
                CniErrorCode.INVALID_NETWORK_CONFIG, message, "wanted: a setting below net, once");
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        settings.forEach(
                (key, value) -> lines.add("ip netns exec CONTAINER sysctl " + key + "=" + value));
        return lines;
    }

    @Override
    public void apply(Site site, Undo undo) {
        Allowlist allowlist = Allowlist.read(new Files(site.libc()));
        written.forEach(allowlist::require);
        site.inContainer(() -> {
            Sysctl sysctl = site.sysctl();
            settings.forEach((key, value) -> {
                Optional<String> before = sysctl.find(key);
                if (before.isEmpty()) {
                    throw new CniException(
                            CniErrorCode.KERNEL_LACKS,
                            "sysctl: there is no setting " + key + " in the container",
                            "correct the key, or load the module that brings the setting");
                }
                if (!same(before.get(), value)) {
                    undo.push(
                            "set sysctl " + key + " back",
                            () -> site.inContainer(
                                    () -> sysctl.tryEnsure(key, before.get(), "ADD failed")));
                }
                sysctl.ensure(key, value);
            });
            return null;
        });
    }

    @Override
    public Optional<Drift> verify(Site site) {
        return site.inContainer(() -> {
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                String found = site.sysctl().find(setting.getKey()).orElse("no such key");
                if (!same(setting.getValue(), found)) {
                    return Drift.unlessEqual(
                            "sysctl " + setting.getKey(), setting.getValue(), found);
                }
            }
            return Optional.<Drift>empty();
        });
    }

    /** The kernel prints several values with tabs, whatever was written. */
    private static boolean same(String a, String b) {
        return words(a).equals(words(b));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) <= ' ') {
                if (i > from) {
                    words.add(text.substring(from, i));
                }
                from = i + 1;
            }
        }
        return words;
    }
}
