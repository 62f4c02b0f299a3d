# SPDX-License-Identifier: Apache-2.0
# Keeps a private host until standard input ends, which it also does when the test's JVM dies, then ends every process
# of it and removes its control groups and its folder. Arguments: script, cgroup, folder, NAME=DIR...

# An interrupt ends the host, but not this clean-up.
trap : HUP INT TERM
script=$1
cgroup=$2
folder=$3
shift 2
unshare --mount --net --pid --ipc --uts --fork --kill-child sh "$script" "$@" </dev/null &
host=$!
cat >/dev/null
kill -KILL $host
wait $host 2>/dev/null
# The kernel ends the processes of a namespace a moment after its first one.
tries=0
while [ $tries -lt 100 ]; do
    left=$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$cgroup*" 2>/dev/null)
    [ -z "$left" ] && break
    echo "$left" | while read -r group; do
        find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
    done
    sleep 0.05
    tries=$((tries + 1))
done
rm -f "$script"
rmdir "$folder"
[ -z "$left" ] || { echo "control groups are left: $left"; exit 1; }
