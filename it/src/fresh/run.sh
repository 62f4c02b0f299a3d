#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh SUITE COMMAND [ARGUMENT...]: ./dev COMMAND on a new machine, which is a minimal Debian in a folder: the root of a mount and a
# process namespace of its own, with the files of this checkout, and with the network of the machine below.
set -euo pipefail
suite=$1
shift
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../.."

root=$(mktemp -d /var/tmp/culvert-fresh.XXXXXX)
# Every mount ends with its namespace, so nothing of this machine is below the folder by then.
trap 'rm -rf --one-file-system "$root"' EXIT

# The archive that this machine uses, reached the same way.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sed -n 1p)
eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
[[ -z ${http_proxy:-} ]] || export http_proxy
printf 'fresh: Debian %s in %s\n' "$suite" "$root" >&2
debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$root.log" || {
    cat "$root.log" >&2
    exit 1
}
rm "$root.log"

# How this machine reaches archives and registries, and whom it trusts.
apt-config dump | grep -E '^Acquire::(http|https|Retries|Check)' >"$root/etc/apt/apt.conf.d/90machine" || true
cp /etc/hosts "$root/etc/"
mkdir -p "$root/usr/local/share" "$root/root/.m2"
cp -r /usr/local/share/ca-certificates "$root/usr/local/share/" 2>/dev/null || true
cp "$HOME/.m2/settings.xml" "$root/root/.m2/" 2>/dev/null || true
# The archive of Debian 12 has no JDK 25; a user brings one.
[[ $suite != bookworm ]] || cp -rL "$JAVA_HOME" "$root/opt/jdk-25"

mkdir "$root/culvert"
git ls-files -z --cached --others --exclude-standard | tar -c --null --no-recursion --files-from=- | tar -x -C "$root/culvert"

# pivot_root and not chroot: in a root that is not a mount, nothing may make a user namespace.
enter='
    mount --make-rprivate / && mount --bind "$1" "$1" && cd "$1"
    for folder in dev sys; do
        mount --rbind /$folder $folder
    done
    mount -t tmpfs tmpfs run && mount -t proc proc proc
    pivot_root . . && umount -l . && cd /culvert
    exec ./dev "${@:2}"'
unshare --mount --pid --fork --kill-child \
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" CI="${CI:-}" \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" \
    bash -euc "$enter" enter "$root" "$@"
