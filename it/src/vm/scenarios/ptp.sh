# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
scenario=ptp plugin=ptp
. /common.sh
# shellcheck disable=SC2034 # For conf.
routes='[{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]'
outside

for style in address proxyArp; do
    c=$(conf "\"ipMasq\": true, \"gatewayStyle\": \"$style\"")
    life "$c"
    check "$style: a reaches the outside by IPv4" reach a 198.51.100.2
    check "$style: a reaches the outside by IPv6" reach a 2001:db8::2
    death "$c"
done
