# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
scenario=dummy plugin=dummy
. /common.sh

c=$(conf '')
container a b
# A link of the host with the container's name is no obstacle.
ip link add eth0 type dummy
add a "$c"
add b "$c"
check "the interface is a dummy, and up" holds '.[0] | .linkinfo.info_kind == "dummy" and (.flags | index("UP"))' ip -n a -d -j link show dev eth0
check "the result has the interface's MAC" test "$(result a | jq -r '.interfaces[0].mac')" = "$(ip -n a -j link show dev eth0 | jq -r '.[0].address')"
check "a's addresses answer in a" pings a "$(result a)"
check "and nowhere else" silent b "$(addresses "$(result a)" | head -n 1)"
check "CHECK of both" both again "$c"
check "STATUS" cni STATUS "" "$c"
ip -n a link set eth0 down
refuses "CHECK sees that it is down" 105 "" again a "$c"
ip -n a link set eth0 up
ip -n a addr flush dev eth0
refuses "CHECK sees that the address is gone" 105 "10.9.0.2" again a "$c"
refuses "ADD of what is there" 108 "DEL before ADD" cni ADD a "$c"
death "$c"
check "the host's eth0 is as it was" holds '.[0].linkinfo.info_kind == "dummy"' ip -d -j link show dev eth0

container a
refuses "without IPAM" 7 "dummy interface requires an IPAM configuration" cni ADD a '{"cniVersion": "1.1.0", "name": "net", "type": "dummy"}'
refuses "STATUS without IPAM" 7 "IPAM" cni STATUS "" '{"cniVersion": "1.1.0", "name": "net", "type": "dummy", "ipam": {}}'
refuses "IPAM that gives nothing" 7 "" cni ADD a "$(subnet4=10.9.0.0/33 && conf '')"
check "which leaves nothing" absent ip -n a -o link show type dummy
ip -n a link add eth0 type bridge
refuses "a name that is taken" 108 "eth0 exists" cni ADD a "$c"
check "DEL leaves another's link" cni DEL a "$c"
check "which is there" holds '.[0].linkinfo.info_kind == "bridge"' ip -n a -d -j link show dev eth0
ip -n a link del eth0
# One that another implementation made goes by its address.
add a "$c"
before=$(result a)
mac=$(echo "$before" | jq -r '.interfaces[0].mac')
ip -n a link set eth0 alias ''
check "DEL of a dummy without label" cni DEL a "$(with "$c" "\"prevResult\": $before")"
check "it is gone: $mac" absent ip -n a -o link show type dummy
check "nothing is left" nothing_left
