// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

/** A subnet and its addresses by number, written the way the reference names its files. */
enum AddressPlan {
    /** Room for 131,069 containers. */
    IPV4("10.2.0.0/15") {
        @Override
        String address(int number) {
            int host = number + FIRST;
            return "10." + (2 + (host >> 16)) + "." + (host >> 8 & 0xff) + "." + (host & 0xff);
        }
    },
    /** Only the last 16 bits are counted. */
    IPV6("fd00:5:6:7::/64") {
        @Override
        String address(int number) {
            return "fd00:5:6:7::" + Integer.toHexString(number + FIRST);
        }
    };

    /** 0 is the network, 1 the gateway. */
    private static final int FIRST = 2;

    private final String subnet;

    AddressPlan(String subnet) {
        this.subnet = subnet;
    }

    String subnet() {
        return subnet;
    }

    /** The container address of this number, 0 to 65,533. */
    abstract String address(int number);
}
