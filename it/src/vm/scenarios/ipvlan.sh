# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
scenario=ipvlan plugin=ipvlan
. /common.sh

ip netns add lan
ip link add up0 type veth peer name eth0 netns lan
ip link set up0 up
ip -n lan addr add 10.9.0.200/24 dev eth0
ip -n lan addr add fd00:9::200/64 dev eth0 nodad
ip -n lan link set eth0 up

c=$(conf '"master": "up0"')
life "$c"
check "the mode is l2" holds '.[0].linkinfo | .info_kind == "ipvlan" and .info_data.mode == "l2"' ip -n a -d -j link show dev eth0
check "a has the master's MAC" test "$(ip -n a -j link show dev eth0 | jq -r '.[0].address')" = "$(ip -j link show dev up0 | jq -r '.[0].address')"
check "a reaches the master's network by IPv4" reach a 10.9.0.200
check "a reaches the master's network by IPv6" reach a fd00:9::200
refuses "CHECK sees another mode" 105 "mode l3" again a "$(conf '"master": "up0", "mode": "l3"')"
refuses "ADD of what is there" 108 "DEL before ADD" cni ADD a "$c"
death "$c"

# The lan knows the way to the containers' networks by the master's hardware address.
mac=$(ip -j link show dev up0 | jq -r '.[0].address')
for address in 10.9.0.2 10.9.0.3; do
    ip -n lan neigh replace "$address" lladdr "$mac" dev eth0
done
for mode in l3 l3s; do
    c=$(conf "\"master\": \"up0\", \"mode\": \"$mode\"")
    container a b
    add a "$c"
    add b "$c"
    check "$mode: the mode" holds ".[0].linkinfo.info_data.mode == \"$mode\"" ip -n a -d -j link show dev eth0
    check "$mode: a reaches b" pings a "$(result b)"
    check "$mode: CHECK of both" both again "$c"
    death "$c"
done

c=$(conf '"master": "up0", "mode": "l2", "flag": "private"')
container a b
add a "$c"
add b "$c"
check "private: the flag" holds '.[0].linkinfo.info_data.private' ip -n a -d -j link show dev eth0
check "private: a does not reach b" silent a 10.9.0.3
check "private: CHECK" again a "$c"
refuses "private: CHECK sees another flag" 105 "vepa" again a "$(conf '"master": "up0", "flag": "vepa"')"
death "$c"
c=$(conf '"master": "up0", "flag": "bridge", "mtu": 1400')
container a b
add a "$c"
check "bridge: MTU" holds '.[0].mtu == 1400' ip -n a -j link show dev eth0
add b "$c"
check "bridge: a reaches b" pings a "$(result b)"
death "$c"

container a
refuses "an unknown mode" 7 'unknown ipvlan mode: "l4"' cni ADD a "$(conf '"master": "up0", "mode": "l4"')"
refuses "an unknown flag" 7 "flag" cni ADD a "$(conf '"master": "up0", "flag": "wide"')"
refuses "a master that is not there" 101 "no link up9" cni ADD a "$(conf '"master": "up9"')"
refuses "STATUS without the master" 50 "up9" cni STATUS "" "$(conf '"master": "up9"')"
refuses "an MTU above the master's" 101 "1500" cni ADD a "$(conf '"master": "up0", "mtu": 9000')"
refuses "no default route" 101 "no default route" cni ADD a "$(conf '')"
ip link add mv0 link up0 type macvlan mode bridge
refuses "a master that carries macvlan" 101 "carries macvlan" cni ADD a "$(conf '"master": "up0"')"
ip link del mv0
check "refusals leave no link" absent ip -n a -o link show type ipvlan
check "and no lease" nothing_left

ip addr add 192.0.2.1/24 dev up0
ip route add default via 192.0.2.254 dev up0
c=$(conf '')
add a "$c"
check "the default route's link is the master" test "$(ip -n a -j link show dev eth0 | jq -r '.[0].link_index')" = "$(ip -j link show dev up0 | jq -r '.[0].ifindex')"
ip route del default
check "CHECK after the route is gone" again a "$c"
check "DEL after the route is gone" del a "$c"

# Chained: the master is what the plugin before made, and so are the addresses.
before='{"cniVersion": "1.1.0", "interfaces": [{"name": "up0"}], "ips": [{"address": "10.9.0.77/24"}], "routes": [{"dst": "10.9.5.0/24"}]}'
chained='{"cniVersion": "1.1.0", "name": "net", "type": "ipvlan"}'
add a "$(with "$chained" "\"prevResult\": $before")"
check "chained: addresses of prevResult" holds '.ips == [{"interface": 0, "address": "10.9.0.77/24"}]' result a
check "chained: the route" holds 'length == 1' ip -n a -j route show 10.9.5.0/24
check "chained: packets" reach a 10.9.0.200
check "chained: CHECK" again a "$chained"
check "chained: DEL, twice" del a "$chained"
refuses "chained: two interfaces" 7 "chained master failure" \
    cni ADD a "$(with "$chained" '"prevResult": {"cniVersion": "1.1.0", "interfaces": [{"name": "up0"}, {"name": "up1"}]}')"

ip -n a link add m0 type veth peer name m1
ip -n a link set m0 up
c=$(conf '"master": "m0", "linkInContainer": true')
add a "$c"
check "a master in the container" again a "$c"
check "DEL, twice" del a "$c"
check "the master stays" ip -n a link show dev m0

c=$(conf '"master": "up0"')
add a "$c"
ip link del up0
refuses "CHECK without the master" 105 "" again a "$c"
check "DEL without the master" del a "$c"
check "GC" gc "$c"
check "nothing is left" nothing_left
