#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# boot.sh PLUGINS KERNEL WORK: runs check.sh on another kernel, in an emulated machine that has nothing but it, the plugins
# of a folder and the tools. KERNEL holds boot/vmlinuz-* and lib/modules, as Debian's packages do; WORK is scratch.
set -euo pipefail
plugins=$1 kernel=$2 work=$3
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

image=$(echo "$kernel"/boot/vmlinuz-*)
version=${image##*/vmlinuz-}
root=$work/root
mkdir -p "$root"/{bin,sbin,proc,sys,dev,run,tmp,modules,var/lib/cni}

cp "$(command -v busybox)" "$root/bin/"
cp -r "$plugins" "$root/plugins"
cp "$here/check.sh" "$root/"
for program in ip nft ping dash; do
    file=$(readlink -f "$(command -v $program)")
    cp "$file" "$root/bin/$program"
    # The linker and the libraries, where it looks for them.
    ldd "$file" | { grep -o '/[^ ]*' || true; } | while read -r library; do
        mkdir -p "$root/$(dirname "$library")"
        cp -L "$library" "$root/$library"
    done
done

depmod -b "$kernel" "$version"
number=100
while read -r module; do
    cp "$module" "$root/modules/$number-${module##*/}"
    number=$((number + 1))
done < <(for name in veth bridge nf_tables nf_tables_set nft_chain_nat nft_masq; do
    # Not every kernel has all of them as modules.
    modprobe -d "$kernel" -S "$version" --show-depends $name 2>/dev/null || true
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }')

cat >"$root/init" <<'END'
#!/bin/busybox sh
/bin/busybox --install -s /bin
ln -sf dash /bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
mount -t tmpfs leases /var/lib/cni
for module in /modules/*; do
    # Of a pair for one purpose, one may want another processor.
    insmod $module 2>/dev/null
done
exec 2>&1
PATH=/bin /bin/sh /check.sh
poweroff -f
END
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"

# What firmware and kernel say ends where the check begins.
timeout 300 qemu-system-x86_64 -accel tcg -m 1024 -smp 2 -nographic -no-reboot -nic none -kernel "$image" \
    -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1" </dev/null \
    | tr -d '\r' | sed -n 's/.*\(kernel [0-9]\)/\1/; /^kernel /,$p' | grep -v 'reboot: ' | tee "$work/log"
grep -q '^all is well$' "$work/log"
