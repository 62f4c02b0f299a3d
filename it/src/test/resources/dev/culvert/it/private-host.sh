# SPDX-License-Identifier: Apache-2.0
# Turns fresh namespaces (mount, net, pid, ipc, uts) into a machine of its own: folders that CNI runtimes write to are
# private and empty, plugins are at /run/plugins/NAME. Arguments: an empty folder, then NAME=DIR for each plugin folder.
# Prints "ready PID", PID being the first process as seen from outside, and stays as that process.
set -e
read -r pid rest </proc/self/stat
mount --make-rprivate /
mount -t tmpfs -o mode=755 culvert "$1"
cd "$1"
shift
mkdir -p etc opt/cni/bin lib/cni run/netns run/lock run/plugins
chmod 755 etc opt lib run
# Without root some files can't be read; nothing here needs those.
cp -a /etc/. etc/ 2>/dev/null || true
rm -rf etc/cni etc/containers/containers.conf etc/containers/storage.conf
mkdir -p etc/cni/net.d
for plugins in "$@"; do
    mkdir "run/plugins/${plugins%%=*}"
    mount --bind "${plugins#*=}" "run/plugins/${plugins%%=*}"
done
mount --rbind run /run
mount --rbind etc /etc
mount --rbind opt /opt
mount --rbind lib /var/lib
mount -t tmpfs shm /dev/shm
mount -t proc proc /proc
cd /
ip link set lo up
echo "ready $pid"
# The first process has to take orphans over.
if command -v catatonit >/dev/null; then
    exec catatonit -P >/dev/null 2>&1
fi
exec >/dev/null 2>&1
while :; do
    sleep 1000 &
    wait $!
done
