// SPDX-License-Identifier: Apache-2.0
/** Flows of connection tracking, as values and as bytes. */
package dev.culvert.wire.conntrack;
