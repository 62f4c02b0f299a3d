# SPDX-License-Identifier: Apache-2.0
# Makes /run/image.tar, an image in the form of `docker save`, out of the static busybox alone; it serves "hello" over HTTP
# by `httpd -f -h /www`. Arguments: the architecture as Go names it, the image's name.
set -e
mkdir -p /run/image/root /run/image/out
cd /run/image/root
mkdir -p bin www proc sys dev tmp etc
cp "$(command -v busybox)" bin/busybox
for applet in sh cat echo httpd ip nc ping ping6 sleep timeout wget; do
    ln -s busybox bin/$applet
done
echo hello >www/index.html
chroot . /bin/sh -c true || { echo "busybox does not run alone: package busybox-static is needed" >&2; exit 1; }
tar -cf ../out/layer.tar .
cd ../out
sum=$(sha256sum layer.tar)
cat >config.json <<END
{"architecture":"$1","os":"linux","config":{"Cmd":["/bin/sh"],"Env":["PATH=/bin"]},
 "rootfs":{"type":"layers","diff_ids":["sha256:${sum%% *}"]}}
END
cat >manifest.json <<END
[{"Config":"config.json","RepoTags":["$2"],"Layers":["layer.tar"]}]
END
tar -cf /run/image.tar manifest.json config.json layer.tar
rm -rf /run/image
