// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/**
 * The plugins ipvlan and vlan, on one end of a pair.
 *
 * @param options of ip(8) for a link of the kind
 * @param members of the configuration besides the master
 * @param words keys that are strings
 * @param numbers keys that are numbers
 */
record UpperUnderTest(
        String name, String options, String members, List<String> words, List<String> numbers)
        implements PluginUnderTest {
    static UpperUnderTest ipvlan() {
        return new UpperUnderTest("ipvlan", "", "", List.of("mode", "flag"), List.of());
    }

    static UpperUnderTest vlan() {
        return new UpperUnderTest(
                "vlan", "id 42", ",\"vlanId\":42", List.of("vlanProtocol"), List.of("vlanId"));
    }

    @Override
    public Sort sort() {
        return Sort.INTERFACE;
    }

    @Override
    public String conf(Stage stage) {
        return ",\"master\":\"up0\"" + members + stage.ipam();
    }

    @Override
    public void prepare(Stage stage) {
        new MacvlanUnderTest().prepare(stage);
    }

    @Override
    public boolean runsHere() {
        return PluginUnderTest.succeeds("ip link add a type veth peer b; ip link add link a c type "
                + name + " " + options);
    }

    @Override
    public String looksAs() {
        return "macvlan";
    }

    @Override
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>(Keys.keys(Kind.STRING, "master"));
        keys.addAll(Keys.keys(Kind.STRING, words.toArray(new String[0])));
        keys.addAll(Keys.keys(Kind.NUMBER, "mtu"));
        keys.addAll(Keys.keys(Kind.NUMBER, numbers.toArray(new String[0])));
        keys.addAll(Keys.keys(Kind.BOOLEAN, "linkInContainer"));
        return keys;
    }

    @Override
    public List<String> sources() {
        String conf = Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Conf";
        return List.of(name + "/" + conf, "main/LinkConf");
    }
}
