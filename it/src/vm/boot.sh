#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# boot.sh PLUGINS KERNEL WORK PATTERN: runs scenarios on another kernel, in an emulated machine that has nothing but it, the
# plugins of a folder and the tools. KERNEL holds boot/vmlinuz-* and lib/modules, as Debian's packages do; WORK is scratch.
set -euo pipefail
plugins=$1 kernel=$2 work=$3 pattern=$4
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

# What scenarios may use; busybox has the rest.
readonly TOOLS="ip bridge tc nft ping dash jq tcpdump kmod"
# What a kernel may load when it is asked for; not every kernel has all of them as modules.
readonly MODULES="veth bridge 8021q macvlan ipvlan dummy vrf ifb tun bonding sctp nf_tables nf_tables_set nft_chain_nat nft_masq nft_nat
nft_redir nft_ct nft_fib_inet nft_reject_inet nft_numgen nft_limit nf_conntrack_netlink sch_tbf sch_ingress sch_fq_codel act_mirred
act_police cls_u32 cls_matchall cls_basic cls_flower af_packet"

image=$(echo "$kernel"/boot/vmlinuz-*)
version=${image##*/vmlinuz-}
root=$work/root
mkdir -p "$root"/{bin,sbin,etc,proc,sys,dev,run,tmp,scenarios,var/lib/cni}

cp "$(command -v busybox)" "$root/bin/"
# Hard links stay such.
cp -a "$plugins" "$root/plugins"
cp "$here/init.sh" "$root/init"
cp "$here/common.sh" "$root/"
# tcpdump becomes a user that has to be there.
echo 'root:x:0:0::/:/bin/dash' >"$root/etc/passwd"
for scenario in "$here"/scenarios/*.sh; do
    name=${scenario##*/}
    if grep -qE -- "$pattern" <<<"${name%.sh}"; then
        cp "$scenario" "$root/scenarios/"
    fi
done
for tool in $TOOLS; do
    file=$(readlink -f "$(command -v "$tool")")
    cp "$file" "$root/bin/$tool"
    # The linker and the libraries, where it looks for them.
    ldd "$file" | { grep -o '/[^ ]*' || true; } | while read -r library; do
        mkdir -p "$root/$(dirname "$library")"
        cp -L "$library" "$root/$library"
    done
done

# Only these, with what they need, so that the image stays small; the kernel asks modprobe for them.
depmod -b "$kernel" "$version"
for name in $MODULES; do
    modprobe -d "$kernel" -S "$version" --show-depends "$name" 2>/dev/null || true
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
    to=$root/${module#"$kernel"/}
    mkdir -p "$(dirname "$to")"
    cp "$module" "$to"
done
cp "$kernel/lib/modules/$version"/modules.{builtin*,order} "$root/lib/modules/$version/"
depmod -b "$root" "$version"
ln -s ../bin/kmod "$root/sbin/modprobe"

(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"

# What firmware and kernel say ends where the scenarios begin; the last line is what they came to.
timeout 900 qemu-system-x86_64 -accel tcg,thread=multi -m 1024 -smp 2 -nographic -no-reboot -nic none -kernel "$image" \
    -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1" </dev/null \
    | tr -d '\r' | sed -un 's/.*\(kernel [0-9]\)/\1/; /^kernel /,$p' | grep --line-buffered -v 'reboot: ' | tee "$work/log" || true
tail -n 1 "$work/log" | grep -qE '^[1-9][0-9]* passed, 0 failed, 0 skipped'
