// SPDX-License-Identifier: Apache-2.0
/** Links of this host and of a container, as steps of a plan. */
package dev.culvert.host.link;
