// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.cni.spec.CniIp;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

/** An address that is handed out, with the range it comes from. */
record Lease(Range range, IpAddr address) {
    CniIp toCniIp() {
        return CniIp.of(new IfAddr(address, range.subnet().prefixLength()))
                .withGateway(range.gateway());
    }
}
