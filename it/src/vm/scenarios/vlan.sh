# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
scenario=vlan plugin=vlan
. /common.sh

# A neighbour on the master's network, with the VLANs 42 and 43, a stacked one, and no VLAN.
ip netns add lan
# An address answers on its own link alone.
ip netns exec lan dash -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'
ip link add up0 type veth peer name eth0 netns lan
ip link set up0 up
neighbour() {
    ip -n lan link add link "$1" name "$2" type vlan protocol "$3" id "$4"
    ip -n lan addr add "$5" dev "$2"
    ip -n lan link set "$2" up
}
ip -n lan link set eth0 up
ip -n lan addr add 10.9.9.1/24 dev eth0
neighbour eth0 v42 802.1Q 42 10.9.0.200/24
ip -n lan addr add fd00:9::200/64 dev v42 nodad
neighbour eth0 v43 802.1Q 43 10.9.1.200/24
neighbour eth0 outer 802.1ad 7 10.9.2.200/24
neighbour outer inner 802.1Q 8 10.9.3.200/24
container a b

c=$(conf '"master": "up0", "vlanId": 42')
add a "$c"
check "the interface is VLAN 42" holds '.[0].linkinfo | .info_kind == "vlan" and .info_data.id == 42 and .info_data.protocol == "802.1Q"' \
    ip -n a -d -j link show dev eth0
check "the result has the interface's MAC" test "$(result a | jq -r '.interfaces[0].mac')" = "$(ip -n a -j link show dev eth0 | jq -r '.[0].address')"
check "the result has one interface, in the container" holds '.interfaces | length == 1 and .[0].sandbox == "/run/netns/a"' result a
check "CHECK" again a "$c"
check "a reaches VLAN 42 by IPv4" reach a 10.9.0.200
check "a reaches VLAN 42 by IPv6" reach a fd00:9::200
ip -n a route add 10.9.9.0/24 dev eth0
check "a does not reach the untagged network" silent a 10.9.9.1
tagged() {
    ip netns exec lan timeout 10 tcpdump -Z root -i eth0 -nn -e -c 1 'vlan 42 and icmp' >/tmp/frames 2>&1 &
    sleep 1
    ip netns exec a ping -n -c 10 -i 0.5 10.9.0.200 >/dev/null
    wait $! || true
    grep 'vlan 42' /tmp/frames || { cat /tmp/frames; return 1; }
}
check "frames on the wire carry the tag" tagged
refuses "the same VLAN twice" 101 "VLAN 42 of master up0 is taken" cni ADD b "$c"
check "the refusal leaves nothing in b" absent ip -n b -o link show type vlan
check "a is as it was" again a "$c"
refuses "ADD of what is there" 108 "DEL before ADD" cni ADD a "$c"

on_net43() {
    (network=net43 subnet4=10.9.1.0/24 subnet6=fd00:9:1::/64 && conf "$1")
}
c43=$(on_net43 '"master": "up0", "vlanId": 43, "mtu": 1400')
add b "$c43"
check "b reaches VLAN 43" reach b 10.9.1.200
check "b has its MTU" holds '.[0].mtu == 1400' ip -n b -j link show dev eth0
ip -n b route add 10.9.0.0/24 dev eth0
check "b does not reach VLAN 42" silent b 10.9.0.200
check "CHECK of b" again b "$c43"
refuses "CHECK sees another VLAN" 105 "id 42" again b "$(on_net43 '"master": "up0", "vlanId": 42')"
ip -n b link set eth0 mtu 1300
refuses "CHECK sees another MTU" 105 "mtu" again b "$c43"
check "DEL of b, twice" del b "$c43"

# IEEE 802.1ad, and a VLAN in it, whose master is in the container.
add b "$(with '{"cniVersion": "1.1.0", "name": "outer", "type": "vlan"}' '"master": "up0", "vlanId": 7, "vlanProtocol": "802.1ad"')"
check "the outer VLAN is 802.1ad" holds '.[0].linkinfo.info_data.protocol == "802.1ad"' ip -n b -d -j link show dev eth0
check "without IPAM it is up, without addresses" holds '(.[0].flags | index("UP")) and ([.[0].addr_info[] | select(.family == "inet")] == [])' \
    ip -n b -j addr show dev eth0
inner=$(with '{"cniVersion": "1.1.0", "name": "inner", "type": "vlan"}' '"master": "eth0", "vlanId": 8, "linkInContainer": true')
ifname=eth1
add b "$inner"
check "CHECK of the inner VLAN" again b "$inner"
ip -n b addr add 10.9.3.5/24 dev eth1
check "b reaches the VLAN in the VLAN" reach b 10.9.3.200
check "DEL of the inner VLAN, twice" del b "$inner"
ifname=eth0
check "DEL of the outer VLAN" cni DEL b '{"cniVersion": "1.1.0", "name": "outer", "type": "vlan", "master": "up0", "vlanId": 7}'

refuses "no master in the config" 7 "master: missing" cni ADD b "$(conf '"vlanId": 5')"
refuses "an id too large" 7 "vlanId" cni ADD b "$(conf '"master": "up0", "vlanId": 4095')"
refuses "a negative id" 7 "vlanId" cni ADD b "$(conf '"master": "up0", "vlanId": -1')"
refuses "a master that is not there" 101 "no link up9" cni ADD b "$(conf '"master": "up9", "vlanId": 5')"
refuses "STATUS without the master" 50 "up9" cni STATUS "" "$(conf '"master": "up9", "vlanId": 5')"
refuses "an MTU above the master's" 101 "1500" cni ADD b "$(conf '"master": "up0", "vlanId": 5, "mtu": 9000')"
ip link add down0 type veth peer name down1
refuses "a master that is down" 101 "down0 is down" cni ADD b "$(conf '"master": "down0", "vlanId": 5')"
refuses "a master that takes no VLAN" 101 "lo takes none" cni ADD b "$(conf '"master": "lo", "vlanId": 5')"
ip -n b link add eth0 type bridge
refuses "a name that is taken" 108 "eth0 exists" cni ADD b "$(conf '"master": "up0", "vlanId": 5')"
check "whose link stays" holds '.[0].linkinfo.info_kind == "bridge"' ip -n b -d -j link show dev eth0
check "DEL of what never was leaves it too" cni DEL b "$(conf '"master": "up0", "vlanId": 5')"
check "refusals leave no VLAN" absent ip -n b -o link show type vlan

check "DEL of a, twice" del a "$c"
ip -n b link del eth0
add b "$c"
ip link del up0
refuses "CHECK without the master" 105 "" again b "$c"
check "DEL without the master" cni DEL b "$c"
check "GC" gc "$c"
check "nothing is left" nothing_left
