# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
scenario=macvlan plugin=macvlan
. /common.sh
ip netns add lan
ip link add up0 type veth peer name eth0 netns lan
ip link set up0 up
ip -n lan addr add 10.9.0.200/24 dev eth0
ip -n lan link set eth0 up

c=$(conf '"master": "up0", "mode": "bridge"')
life "$c"
check "a reaches the master's network" reach a 10.9.0.200
check "CHECK sees another mode" refused 105 mode again a "$(conf '"master": "up0", "mode": "private"')"
death "$c"
container a
refuses "a master that is not there" 101 up9 cni ADD a "$(conf '"master": "up9"')"
refuses "an unknown mode" 7 mode cni ADD a "$(conf '"master": "up0", "mode": "wide"')"
refuses "STATUS without the master" 50 up9 cni STATUS "" "$(conf '"master": "up9"')"
check "nothing is left" nothing_left
