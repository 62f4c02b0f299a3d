# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# What scenarios share. A scenario is a file of sh -eu that begins with
#
#     scenario=NAME plugin=TYPE
#     . /common.sh
#
# and runs alone in a network of its own. Each claim is one call of check or refuses, which print a line. Containers are
# namespaces; networks take 10.9.0.0/16 and fd00:9::/32, which nothing_left looks for; jq reads what tools print.

export CNI_PATH=/plugins
# shellcheck disable=SC2154 # A scenario's first line.
: "$scenario" "$plugin"
ip link set lo up

say() {
    echo "$1 $scenario: $2" | tee -a /tmp/checks
}

# check TITLE COMMAND...: one claim, which holds if the command succeeds; its output explains why not.
check() {
    local title=$1 status
    shift
    # Not as a condition: there, set -e would mean nothing.
    set +e
    (set -e; "$@") >/tmp/output 2>&1
    status=$?
    set -e
    if [ $status = 0 ]; then
        say PASS "$title"
    else
        say FAIL "$title: $*"
        { cat /tmp/output && echo; } | sed 's/^/     | /'
    fi
}

# refuses TITLE CODE WORDS COMMAND...: holds if the command fails with that error code and its sentence has those words.
refuses() {
    local title=$1 code=$2 words=$3
    shift 3
    check "$title" refused "$code" "$words" "$@"
}

refused() {
    local code=$1 words=$2 answer
    shift 2
    ! answer=$("$@") || { echo "it succeeded: $answer"; return 1; }
    echo "$answer"
    echo "$answer" | jq -e --arg words "$words" --argjson code "$code" \
        '.code == $code and ((.msg + " " + (.details // "")) | contains($words))' >/dev/null
}

# absent COMMAND...: the command fails, or prints nothing.
absent() {
    local found
    ! found=$("$@" 2>&1) || [ -z "$found" ] || { echo "$found"; return 1; }
}

# fails COMMAND...: the command fails, for use with check.
fails() {
    ! "$@"
}

# holds FILTER COMMAND...: whether jq's filter is true of what the command prints.
holds() {
    local filter=$1 answer
    shift
    answer=$("$@")
    echo "$answer" | jq -e "$filter" >/dev/null || { echo "$filter: $answer"; return 1; }
}

# cni VERB CONTAINER CONF: calls the scenario's plugin; "" for no container. $ifname is eth0 unless set.
cni() {
    printf '%s' "$3" | CNI_COMMAND=$1 CNI_CONTAINERID=$2 CNI_NETNS=${2:+/run/netns/$2} CNI_IFNAME=${2:+${ifname:-eth0}} "/plugins/$plugin"
}

# with CONF KEYS: a configuration with more keys.
with() {
    printf '%s, %s}' "${1%\}}" "$2"
}

# conf KEYS: a configuration with addresses of both families from host-local; its network's name is $network, or net.
conf() {
    printf '%s' "{\"cniVersion\": \"1.1.0\", \"name\": \"${network:-net}\", \"type\": \"$plugin\"${1:+, }$1, \
\"ipam\": {\"type\": \"host-local\", \"ranges\": [[{\"subnet\": \"${subnet4:-10.9.0.0/24}\"}], [{\"subnet\": \"${subnet6:-fd00:9::/64}\"}]], \
\"routes\": ${routes:-[]}}}"
}

# container NAME...: new containers.
container() {
    local c
    for c; do
        ip netns add "$c"
        ip -n "$c" link set lo up
    done
}

# outside: a host on another network that knows no way back to containers; 198.51.100.2 and 2001:db8::2.
outside() {
    ip netns add out
    ip link add outside type veth peer name eth0 netns out
    ip addr add 198.51.100.1/24 dev outside
    ip addr add 2001:db8::1/64 dev outside nodad
    ip link set outside up
    ip -n out addr add 198.51.100.2/24 dev eth0
    ip -n out addr add 2001:db8::2/64 dev eth0 nodad
    ip -n out link set eth0 up
}

# reach NAMESPACE ADDRESS: an echo comes back within five seconds; "" is the host.
reach() {
    ${1:+ip netns exec "$1"} ping -n -c 1 -w 5 "$2"
}

# silent NAMESPACE ADDRESS: no echo comes back within two seconds.
silent() {
    ! ${1:+ip netns exec "$1"} ping -n -c 2 -i 0.5 -W 1 "$2"
}

# addresses RESULT: those of a result, a line each.
addresses() {
    echo "$1" | jq -r '.ips[].address | split("/")[0]'
}

# pings NAMESPACE RESULT: all addresses of a result answer.
pings() {
    local address
    for address in $(addresses "$2"); do
        reach "$1" "$address"
    done
}

# add CONTAINER CONF: ADD as a check; the result is in /tmp/result.CONTAINER, also of a failed one (empty).
add() {
    : >"/tmp/result.$1"
    check "ADD of $1" kept "$1" "$2"
}

kept() {
    local answer
    answer=$(cni ADD "$1" "$2") || { echo "$answer"; return 1; }
    echo "$answer" >"/tmp/result.$1"
}

result() {
    cat "/tmp/result.$1"
}

# again CONTAINER CONF: CHECK with the result of add.
again() {
    cni CHECK "$1" "$(with "$2" "\"prevResult\": $(result "$1")")"
}

# del CONTAINER CONF: twice, both without error; the second finds nothing.
del() {
    cni DEL "$1" "$2"
    cni DEL "$1" "$2"
    [ ! -e "/run/netns/$1" ] || absent ip -n "$1" link show dev "${ifname:-eth0}"
}

# gc CONF [CONTAINER...]: GC with these as the valid ones.
gc() {
    local conf=$1 valid='' c
    shift
    for c; do
        valid="$valid${valid:+, }{\"containerID\": \"$c\", \"ifname\": \"${ifname:-eth0}\"}"
    done
    cni GC "" "$(with "$conf" "\"cni.dev/valid-attachments\": [$valid]")"
}

# nothing_left: no lease, no link of ours, no address in rules.
nothing_left() {
    absent find /var/lib/cni -name '10.9.*' -o -name 'fd00:9*' -o -name 'fd00_9*'
    holds 'all(.[]; (.ifalias // "") | startswith("culvert ") | not)' ip -j link show
    if nft list ruleset | grep '10\.9\.\|fd00:9:'; then return 1; fi
}

# life CONF: every verb for two containers a and b, which are there afterwards; packets between them.
life() {
    container a b
    add a "$1"
    add b "$1"
    check "CHECK of both" both again "$1"
    check "a reaches b" pings a "$(result b)"
    check "b reaches a" pings b "$(result a)"
    check "STATUS" cni STATUS "" "$1"
}

both() {
    "$1" a "$2"
    "$1" b "$2"
}

# death CONF: DEL of a, twice; b's namespace goes, and GC clears what it left.
death() {
    check "DEL of a, twice" del a "$1"
    check "GC keeps b" gc "$1" b
    check "b is as it was" again b "$1"
    ip netns del b
    check "GC without b" gc "$1"
    check "DEL of b without namespace" del b "$1"
    check "nothing is left" nothing_left
    ip netns del a
}
