#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh PLUGINS PATTERN [DEB[,DEB]...]: the scenarios whose names match a pattern of grep -E, on other kernels, emulated.
# Each further argument is one kernel, image and modules; without any it is Debian's own. Fails if a check fails or is
# skipped, or none runs; 3 if there is no kernel.
set -euo pipefail
plugins=$(readlink -f "$1") pattern=$2
shift 2
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
if [[ $(uname -m) != x86_64 ]]; then
    echo "vm: the plugins of this machine are not for the emulated one, an x86-64" >&2
    exit 3
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if (($# == 0)); then
    package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/ *Depends: //p' || true)
    kept=${XDG_CACHE_HOME:-$HOME/.cache}/culvert/$package.deb
    if [[ -z $package || ! -e $kept ]]; then
        echo "vm: fetching $package" >&2
        if ! (cd "$work" && apt-get download -q "$package" >log 2>&1); then
            cat "$work/log" >&2
            echo "vm: no kernel of Debian's; name a package file" >&2
            exit 3
        fi
        mkdir -p "${kept%/*}"
        mv "$work/$package"*.deb "$kept"
    fi
    set -- "$kept"
fi

failed=0
for kernel in "$@"; do
    rm -rf "$work/kernel" "$work/vm"
    mkdir -p "$work/kernel" "$work/vm"
    for package in ${kernel//,/ }; do
        dpkg -x "$package" "$work/kernel"
    done
    "$here/boot.sh" "$plugins" "$work/kernel" "$work/vm" "$pattern" || failed=1
done
exit $failed
