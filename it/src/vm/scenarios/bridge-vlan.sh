# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
scenario=bridge-vlan plugin=bridge
. /common.sh
outside

# in NETWORK SUBNET KEYS: a configuration of a network of its own.
in_network() {
    (network=$1 subnet4=10.9.$2.0/24 subnet6=fd00:9:$2::/64 && conf "$3")
}
# vlans LINK FILTER: whether jq's filter is true of a port's VLANs.
vlans() {
    holds ".[0].vlans | $2" bridge -j vlan show dev "$1"
}
port() {
    result "$1" | jq -r '.interfaces[] | select(.name | startswith("veth")) | .name'
}

# Two VLANs of one bridge, each with its gateway.
c10=$(in_network net10 1 '"bridge": "br0", "vlan": 10, "isDefaultGateway": true, "ipMasq": true, "enabledad": false')
c20=$(in_network net20 2 '"bridge": "br0", "vlan": 20, "isDefaultGateway": true, "ipMasq": true')
container a b c
add a "$c10"
add b "$c20"
add c "$c10"
check "the bridge keeps VLANs apart" holds '.[0].linkinfo.info_data.vlan_filtering == 1' ip -d -j link show dev br0
check "a's port is in VLAN 10 alone" vlans "$(port a)" '. == [{"vlan": 10, "flags": ["PVID", "Egress Untagged"]}]'
check "the gateway is on br0.10" holds '[.[0].addr_info[].local] | index("10.9.1.1") and index("fd00:9:1::1")' ip -j addr show dev br0.10
check "and not on the bridge" holds '[.[0].addr_info[] | select(.family == "inet")] == []' ip -j addr show dev br0
check "the result has br0.10, and the addresses are eth0's" \
    holds '[.interfaces[].name][0] == "br0" and ([.interfaces[].name] | index("br0.10")) and ([.ips[].interface] | unique == [2]) and .interfaces[2].name == "eth0"' result a
check "CHECK of a" again a "$c10"
check "CHECK of b" again b "$c20"
check "a reaches c of its VLAN" pings a "$(result c)"
check "a reaches its gateway" reach a 10.9.1.1
check "b reaches its gateway" reach b fd00:9:2::1
check "a reaches the outside by IPv4" reach a 198.51.100.2
check "b reaches the outside by IPv6" reach b 2001:db8::2
# In one subnet, which only the VLAN keeps apart.
ip -n a addr add 10.9.7.1/24 dev eth0
ip -n b addr add 10.9.7.2/24 dev eth0
ip -n c addr add 10.9.7.3/24 dev eth0
check "a reaches c in a subnet of theirs" reach a 10.9.7.3
check "a does not reach b of another VLAN" silent a 10.9.7.2
refuses "CHECK sees another VLAN" 105 "vid 30" again a "$(in_network net10 1 '"bridge": "br0", "vlan": 30')"
bridge vlan add vid 99 dev "$(port a)"
refuses "CHECK sees a VLAN too much" 105 "vid 99" again a "$c10"
bridge vlan del vid 99 dev "$(port a)"
bridge vlan del vid 10 dev "$(port a)"
refuses "CHECK sees a VLAN that is gone" 105 "vid 10" again a "$c10"
bridge vlan add vid 10 pvid untagged dev "$(port a)"
check "CHECK after it is back" again a "$c10"
ip link set br0 type bridge vlan_filtering 0
refuses "CHECK sees that the bridge mixes VLANs" 105 "vlan_filtering" again a "$c10"
ip link set br0 type bridge vlan_filtering 1
gateways=$(ip -o link show type veth | grep -c ': br0\.10@')
check "one gateway link for both" test "$gateways" = 1
# Half of it, as after a kill: the next ADD completes it.
check "DEL of c, twice" del c "$c10"
ip link set "$(ip -d -j link show master br0 | jq -r '[.[] | select(.ifalias == null) | .ifname][0]')" nomaster
add c "$c10"
check "c reaches its gateway again" reach c 10.9.1.1
check "DEL of a, twice" del a "$c10"
check "GC keeps c" gc "$c10" c
check "c is as it was" again c "$c10"
check "GC without c" gc "$c10"
check "DEL of b, twice" del b "$c20"
check "nothing is left but what is shared" nothing_left
check "which is there" ip link show dev br0.20
ip netns del c

# Trunks; layer 2.
trunk='{"cniVersion": "1.1.0", "name": "trunk", "type": "bridge", "bridge": "br1", "vlanTrunk": [{"minID": 100, "maxID": 102}, {"id": 200}, {"id": 101}]}'
access='{"cniVersion": "1.1.0", "name": "access", "type": "bridge", "bridge": "br1", "vlan": 101}'
container c
add c "$trunk"
add a "$access"
check "the trunk's VLANs" vlans "$(port c)" '. == [{"vlan": 1, "flags": ["PVID", "Egress Untagged"]}, {"vlan": 100, "vlanEnd": 102}, {"vlan": 200}] or
    (map(.vlan) | sort) == [1, 100, 101, 102, 200]'
check "CHECK of the trunk" again c "$trunk"
for id in 101 102; do
    ip -n c link add link eth0 name "v$id" type vlan id $id
    ip -n c link set "v$id" up
done
ip -n c addr add 10.9.8.1/24 dev v101
ip -n c addr add 10.9.9.1/24 dev v102
ip -n a addr add 10.9.8.2/24 dev eth0
ip -n a addr add 10.9.9.2/24 dev eth0
check "tagged frames of 101 reach VLAN 101, untagged" reach c 10.9.8.2
check "tagged frames of 102 do not" silent c 10.9.9.2
own=$(with "$access" '"vlanTrunk": [{"id": 300}]')
own=$(echo "$own" | sed 's/"vlan": 101/"vlan": 300/')
check "DEL of a, twice" del a "$access"
add a "$own"
check "a VLAN of its own wins over the trunk" vlans "$(port a)" '. == [{"vlan": 300, "flags": ["PVID", "Egress Untagged"]}]'
check "CHECK of it" again a "$own"
check "DEL of it" del a "$own"
kept=$(with "$access" '"preserveDefaultVlan": true')
add a "$kept"
check "preserveDefaultVlan keeps VLAN 1" vlans "$(port a)" 'map(.vlan) == [1, 101]'
check "CHECK of it" again a "$kept"
check "DEL of it" del a "$kept"
check "DEL of the trunk" del c "$trunk"

# A bridge of the administrator's, with a port and a VLAN of its own.
ip link add br2 type bridge
ip link add p0 type veth peer name p1
ip link set p0 master br2
ip link set br2 up
ip link set p0 up
ip link set p1 up
bridge vlan add vid 77 dev p0
before=$(bridge -j vlan show dev p0)
adopted='{"cniVersion": "1.1.0", "name": "adopted", "type": "bridge", "bridge": "br2", "vlan": 77}'
add a "$adopted"
check "an adopted bridge keeps VLANs apart" holds '.[0].linkinfo.info_data.vlan_filtering == 1' ip -d -j link show dev br2
check "its port is as it was" test "$before" = "$(bridge -j vlan show dev p0)"
ip link add link p1 name p1.77 type vlan id 77
ip link set p1.77 up
ip addr add 10.9.6.1/24 dev p1.77
ip -n a addr add 10.9.6.2/24 dev eth0
check "the port's VLAN 77 reaches a" reach '' 10.9.6.2
check "CHECK on it" again a "$adopted"
check "DEL on it" del a "$adopted"
check "its port is still as it was" test "$before" = "$(bridge -j vlan show dev p0)"

refuses "a VLAN too large" 7 "invalid VLAN ID 4095" cni STATUS "" "$(conf '"vlan": 4095')"
refuses "a negative VLAN" 7 "vlan:" cni STATUS "" "$(conf '"vlan": -1')"
refuses "a trunk id too large" 7 "incorrect trunk id parameter" cni STATUS "" "$(conf '"vlanTrunk": [{"id": 4095}]')"
refuses "a trunk without an end" 7 "maxID is missing" cni STATUS "" "$(conf '"vlanTrunk": [{"minID": 5}]')"
refuses "a trunk backwards" 7 "minID is greater than maxID" cni STATUS "" "$(conf '"vlanTrunk": [{"minID": 9, "maxID": 5}]')"
refuses "a gateway link with too long a name" 7 "longer than 15 bytes" cni STATUS "" "$(conf '"bridge": "br-long-name", "vlan": 1234, "isGateway": true')"
check "nothing is left" nothing_left
