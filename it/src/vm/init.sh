#!/bin/busybox sh
# SPDX-License-Identifier: Apache-2.0
#
# The first process of the emulated machine: runs each scenario in a network of its own, says what they came to, switches off.
# Scenarios are for dash: this shell takes its own ip for the real one.
/bin/busybox --install -s /bin
export PATH=/bin:/sbin
exec 2>&1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
# Tables that only a first rule loads, and what loads none by itself.
modprobe -a veth bridge af_packet nf_tables nf_tables_set 2>/dev/null

echo "kernel $(uname -r)"
for scenario in /scenarios/*.sh; do
    [ -e "$scenario" ] || continue
    name=${scenario##*/}
    begin=$(cut -d. -f1 /proc/uptime)
    # A host of its own: network, mounts, leases; nothing of one scenario meets the next.
    unshare -n -m dash -c 'mount -t sysfs sysfs /sys && mount -t tmpfs run /run && mount -t tmpfs leases /var/lib/cni && exec dash -eu "$0"' \
        "$scenario"
    status=$?
    [ $status = 0 ] || echo "FAIL ${name%.sh}: the scenario ended with $status" | tee -a /tmp/checks
    echo "     ${name%.sh}: $(($(cut -d. -f1 /proc/uptime) - begin)) s"
done
count() {
    grep -c "^$1 " /tmp/checks
}
touch /tmp/checks
echo "$(count PASS) passed, $(count FAIL) failed, $(count SKIP) skipped"
poweroff -f
