#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh PLUGINS [DEB[,DEB]...]: attaches and detaches on other kernels, emulated. Each argument is one kernel, image and
# modules; without any it is Debian's own.
set -euo pipefail
plugins=$(readlink -f "$1")
shift
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
if [[ $(uname -m) != x86_64 ]]; then
    echo "kernels: the plugins of this machine are not for the emulated one, an x86-64" >&2
    exit 3
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if (($# == 0)); then
    package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/ *Depends: //p' || true)
    echo "kernels: fetching $package" >&2
    if ! (cd "$work" && apt-get download -q "$package" >log 2>&1); then
        cat "$work/log" >&2
        echo "kernels: no kernel of Debian's; name a package file" >&2
        exit 3
    fi
    set -- "$work/$package"*.deb
fi

failed=0
for kernel in "$@"; do
    rm -rf "$work/kernel" "$work/vm"
    mkdir -p "$work/kernel" "$work/vm"
    for package in ${kernel//,/ }; do
        dpkg -x "$package" "$work/kernel"
    done
    "$here/boot.sh" "$plugins" "$work/kernel" "$work/vm" || failed=1
done
exit $failed
