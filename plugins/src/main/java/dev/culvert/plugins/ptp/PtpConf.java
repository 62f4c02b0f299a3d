// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.ptp;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.plugins.veth.VethConf;

import java.util.ArrayList;
import java.util.List;

/**
 * The configuration of the ptp plugin, valid once it exists. {@code docs/plugins/ptp.md} has the
 * table of keys.
 *
 * @param proxyArp whether the gateway is link-local and answered for by the host, instead of an
 *     address of the subnet
 */
record PtpConf(boolean proxyArp, VethConf veth) {
    /**
     * Reads the configuration.
     *
     * @throws CniException INVALID_NETWORK_CONFIG with every problem, each with its key
     */
    static PtpConf parse(NetConf conf) {
        List<String> problems = new ArrayList<>();
        String style = conf.fields().string("gatewayStyle", "address");
        if (!style.equals("address") && !style.equals("proxyArp")) {
            problems.add("gatewayStyle: \"" + style + "\" is neither \"address\" nor \"proxyArp\"");
        }
        if (conf.ipamType().isEmpty()) {
            problems.add("ipam.type: missing; ptp needs addresses");
        }
        PtpConf parsed = new PtpConf(style.equals("proxyArp"), VethConf.parse(conf, problems));
        if (!problems.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG, String.join("; ", problems));
        }
        return parsed;
    }
}
