#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Attaches and detaches containers on the kernel that runs this, with packets for every claim; prints a line for each
# step, and "all is well" at the end of all of them. Wants /plugins, ip, nft and ping; takes the machine for its own.
set -eu

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# call VERB PLUGIN CONTAINER < CONF
call() {
    answer=$(CNI_COMMAND=$1 CNI_CONTAINERID=$3 CNI_NETNS=${3:+/run/netns/$3} CNI_IFNAME=${3:+eth0} CNI_PATH=/plugins \
        "/plugins/$2") || fail "$1 $2 $3: $answer"
    [ -z "$answer" ] || echo "$answer"
}

# conf PLUGIN KEYS
conf() {
    cat <<END
{"cniVersion": "1.1.0", "name": "net", "type": "$1", "ipMasq": true, $2
 "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.9.0.0/24"}], [{"subnet": "fd00:9::/64"}]],
          "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}}
END
}

# reach NAMESPACE ADDRESS
reach() {
    ip netns exec "$1" ping -n -c 1 -W 3 "$2" >/dev/null || fail "$1 does not reach $2"
}

nothing_left() {
    ! find /var/lib/cni/networks/net -name '10.9.*' -o -name 'fd00*' | grep . || fail "leases are left"
    ! ip -o link show type veth | grep -v outside || fail "links are left"
    ! nft list ruleset | grep '10\.9\.0\.\|fd00:9:' || fail "rules are left"
}

# try TITLE PLUGIN KEYS
try() {
    conf=$(conf "$2" "$3")
    for c in a b; do
        ip netns add $c
        result=$(echo "$conf" | call ADD "$2" $c)
        echo "${conf%\}}, \"prevResult\": $result}" | call CHECK "$2" $c
        echo "$result" | sed -n 's/.*"address": "\([^/"]*\).*/\1/p' >/tmp/$c
    done
    while read -r address; do reach a "$address"; done </tmp/b
    while read -r address; do reach b "$address"; done </tmp/a
    # The host outside knows no way back to the containers: its answer proves the translation.
    for c in a b; do
        reach $c 198.51.100.2
        reach $c 2001:db8::2
    done
    echo "$conf" | call STATUS "$2" ""
    echo "$conf" | call DEL "$2" a
    ip netns del a
    echo "${conf%\}}, \"cni.dev/valid-attachments\": []}" | call GC "$2" ""
    ip netns del b
    nothing_left
    echo "$1: ADD, CHECK, packets to the other container and through translation to the outside, STATUS, DEL, GC"
}

ip link set lo up
ip netns add out
ip link add outside type veth peer name eth0 netns out
ip addr add 198.51.100.1/24 dev outside
ip addr add 2001:db8::1/64 dev outside nodad
ip link set outside up
ip -n out addr add 198.51.100.2/24 dev eth0
ip -n out addr add 2001:db8::2/64 dev eth0 nodad
ip -n out link set eth0 up
sleep 2

echo "kernel $(uname -r)"
try bridge bridge '"bridge": "cni0", "isDefaultGateway": true,'
ip link del cni0
try ptp ptp ''
try "ptp with proxy ARP" ptp '"gatewayStyle": "proxyArp",'
echo "all is well"
