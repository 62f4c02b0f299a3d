# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
scenario=bridge plugin=bridge
. /common.sh
# shellcheck disable=SC2034 # For conf.
routes='[{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]'
outside

c=$(conf '"bridge": "cni0", "isDefaultGateway": true, "ipMasq": true')
life "$c"
# The host outside knows no way back: its answer proves the translation.
check "a reaches the outside by IPv4" reach a 198.51.100.2
check "a reaches the outside by IPv6" reach a 2001:db8::2
check "the container's end is a veth" holds '.[0].linkinfo.info_kind == "veth"' ip -n a -d -j link show dev eth0
refuses "ADD of what is there" 108 "DEL before ADD" cni ADD a "$c"
death "$c"
refuses "a bad MTU" 7 "mtu" cni STATUS "" "$(conf '"mtu": 12')"
